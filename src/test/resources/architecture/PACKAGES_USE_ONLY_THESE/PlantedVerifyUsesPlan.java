package sessionctl.verify;

class PlantedVerifyUsesPlan {
    sessionctl.plan.Plan other;
}
