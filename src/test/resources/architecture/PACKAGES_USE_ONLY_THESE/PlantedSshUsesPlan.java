package sessionctl.ssh;

class PlantedSshUsesPlan {
    sessionctl.plan.Plan other;
}
