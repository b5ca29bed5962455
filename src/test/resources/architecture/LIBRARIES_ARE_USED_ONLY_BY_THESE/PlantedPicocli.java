package sessionctl.ssh;

class PlantedPicocli {
    picocli.CommandLine library;
}
