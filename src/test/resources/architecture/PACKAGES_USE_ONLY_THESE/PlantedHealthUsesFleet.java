package sessionctl.health;

class PlantedHealthUsesFleet {
    sessionctl.fleet.Fleet other;
}
