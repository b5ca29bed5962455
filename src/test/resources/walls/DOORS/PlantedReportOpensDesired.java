package sessionctl.report;

class PlantedReportOpensDesired {
    sessionctl.desired.Wanted guest;
}
