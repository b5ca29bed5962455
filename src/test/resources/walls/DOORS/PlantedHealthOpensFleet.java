package sessionctl.health;

class PlantedHealthOpensFleet {
    sessionctl.fleet.Fleet guest;
}
