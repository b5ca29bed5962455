package sessionctl.plan;

class PlantedWayUp {
    sessionctl.report.RunReport run;
}
