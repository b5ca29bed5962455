package sessionctl.fleet;

class PlantedFleetOpensDesired {
    sessionctl.desired.DesiredStates guest;
}
