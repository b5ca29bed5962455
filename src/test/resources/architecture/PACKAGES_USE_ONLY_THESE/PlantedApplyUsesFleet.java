package sessionctl.apply;

class PlantedApplyUsesFleet {
    sessionctl.fleet.Fleet other;
}
