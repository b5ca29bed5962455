package sessionctl.fleet;

class PlantedFleetUsesVerify {
    sessionctl.verify.Verification other;
}
