package sessionctl.ports;

class PlantedPortsUsesFleet {
    sessionctl.fleet.Fleet other;
}
