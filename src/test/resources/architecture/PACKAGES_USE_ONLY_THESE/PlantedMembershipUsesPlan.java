package sessionctl.membership;

class PlantedMembershipUsesPlan {
    sessionctl.plan.Plan other;
}
