package sessionctl.inventory;

class PlantedEnvironment {
    String home = System.getenv("HOME");
}
