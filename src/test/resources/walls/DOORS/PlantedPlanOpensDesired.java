package sessionctl.plan;

class PlantedPlanOpensDesired {
    sessionctl.desired.DesiredStates guest;
}
