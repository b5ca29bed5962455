package sessionctl.plan;

class PlantedWayUp {
    sessionctl.report.Run run;
}
