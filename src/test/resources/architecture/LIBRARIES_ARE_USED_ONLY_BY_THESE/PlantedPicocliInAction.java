package sessionctl.action;

class PlantedPicocliInAction {
    picocli.CommandLine library;
}
