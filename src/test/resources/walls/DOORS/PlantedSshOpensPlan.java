package sessionctl.ssh;

class PlantedSshOpensPlan {
    sessionctl.plan.Plan guest;
}
