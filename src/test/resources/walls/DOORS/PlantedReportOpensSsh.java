package sessionctl.report;

class PlantedReportOpensSsh {
    sessionctl.ssh.Shell guest;
}
