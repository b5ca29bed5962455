package sessionctl.plan;

class PlantedClock {
    Object now = java.time.Instant.now();
}
