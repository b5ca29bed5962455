package sessionctl.inventory;

class PlantedOldFile {
    boolean there = new java.io.File("x").exists();
}
