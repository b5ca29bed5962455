package sessionctl.report;

class PlantedReportUsesSsh {
    sessionctl.ssh.Shell other;
}
