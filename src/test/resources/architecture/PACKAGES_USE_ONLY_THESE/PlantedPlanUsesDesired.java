package sessionctl.plan;

class PlantedPlanUsesDesired {
    sessionctl.desired.DesiredStates other;
}
