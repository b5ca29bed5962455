package sessionctl.report.text;

class PlantedReportUsesAction {
    sessionctl.action.ExitCode other;
}
