package sessionctl.state;

class PlantedStateUsesCommand {
    sessionctl.command.Command other;
}
