package sessionctl.fleet;

class PlantedFleetUsesCli {
    sessionctl.cli.Main other;
}
