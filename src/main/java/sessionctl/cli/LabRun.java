package sessionctl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.lab.LabScript;

/** Calls the lab's scripts for the commands that need them. */
final class LabRun {
    private LabRun() {}

    /** Runs a script of the lab on this process's own streams. */
    static int run(LabScript lab, List<String> arguments) {
        return run(lab, arguments, "", Map.of());
    }

    /** Runs a script of the lab with this input and these environment variables. */
    static int run(LabScript lab, List<String> arguments, String input, Map<String, String> environment) {
        requireRoot();
        try {
            return lab.run(arguments, input, environment);
        } catch (IOException | UncheckedIOException e) {
            throw new CliFailure(ExitCode.FAILED, "lab: its script cannot be run (" + e.getMessage() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliFailure(ExitCode.INTERRUPTED, "lab: interrupted");
        }
    }

    /** Refuses anybody else with a sentence. */
    static void requireRoot() {
        if (!Files.isWritable(Path.of("/run"))) {
            throw new CliFailure(
                    ExitCode.USAGE, "lab: it makes network namespaces and mounts, which only root may; use sudo");
        }
    }

    /** What lets a sessionctl in the operator's namespace find the lab's inventory and trust the lab's hosts. */
    static Map<String, String> operator(LabScript lab) {
        Map<String, String> environment = new LinkedHashMap<>();
        if (System.getenv("SESSIONCTL_INVENTORY") == null) {
            environment.put(
                    "SESSIONCTL_INVENTORY",
                    lab.folder().resolve("inventory.yml").toString());
        }
        environment.put(
                "SESSIONCTL_KNOWN_HOSTS", lab.folder().resolve("known_hosts").toString());
        return environment;
    }
}
