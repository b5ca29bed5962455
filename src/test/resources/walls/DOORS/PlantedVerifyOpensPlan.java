package sessionctl.verify;

class PlantedVerifyOpensPlan {
    sessionctl.plan.Plan guest;
}
