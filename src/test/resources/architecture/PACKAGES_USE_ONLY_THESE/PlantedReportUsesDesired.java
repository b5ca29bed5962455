package sessionctl.report;

class PlantedReportUsesDesired {
    sessionctl.desired.DesiredStates other;
}
