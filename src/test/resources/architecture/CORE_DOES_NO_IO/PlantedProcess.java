package sessionctl.facts;

class PlantedProcess {
    Object process = new ProcessBuilder("true");
}
