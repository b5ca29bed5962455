package sessionctl.apply;

class PlantedApplyOpensFleet {
    sessionctl.fleet.Fleet guest;
}
