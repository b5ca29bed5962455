package sessionctl.fleet;

class PlantedFleetOpensCli {
    sessionctl.cli.Main guest;
}
