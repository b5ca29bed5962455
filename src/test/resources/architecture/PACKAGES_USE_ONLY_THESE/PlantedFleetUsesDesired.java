package sessionctl.fleet;

class PlantedFleetUsesDesired {
    sessionctl.desired.DesiredStates other;
}
