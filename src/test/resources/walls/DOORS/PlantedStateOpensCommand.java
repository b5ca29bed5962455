package sessionctl.state;

class PlantedStateOpensCommand {
    sessionctl.command.Command guest;
}
