package sessionctl.plan;

class PlantedFile {
    boolean there = java.nio.file.Files.exists(java.nio.file.Path.of("x"));
}
