package sessionctl.health;

class PlantedHealthUsesVerify {
    sessionctl.verify.CheckResult other;
}
