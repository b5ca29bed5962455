package sessionctl.report;

class PlantedReportUsesText {
    sessionctl.report.text.RunText other;
}
