package sessionctl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.lab.LabScript;

/** Runs the lab's script, and reports its errors. */
final class LabRun {
    private LabRun() {}

    /**
     * Runs the lab's script on the streams of this process.
     *
     * @return the script's exit code
     */
    static int run(LabScript lab, List<String> arguments) {
        return run(lab, arguments, "", Map.of());
    }

    /**
     * Runs the lab's script.
     *
     * @param input the script's standard input; if empty, that of this process
     * @param environment further environment variables
     * @return the script's exit code
     * @throws ActionFailure if this process is not root, or the script cannot be run
     */
    static int run(LabScript lab, List<String> arguments, String input, Map<String, String> environment) {
        requireRoot();
        try {
            return lab.run(arguments, input, environment);
        } catch (IOException | UncheckedIOException e) {
            throw new ActionFailure(ExitCode.FAILED, "lab: its script cannot be run (" + e.getMessage() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ActionFailure(ExitCode.INTERRUPTED, "lab: interrupted");
        }
    }

    /**
     * Checks that this process may write to /run, where the lab keeps its state.
     *
     * @throws ActionFailure if it may not, as without root
     */
    static void requireRoot() {
        if (!Files.isWritable(Path.of("/run"))) {
            throw new ActionFailure(ExitCode.USAGE, "the lab needs root: run it with sudo");
        }
    }

    /**
     * Returns environment variables by which sessionctl in the operator's namespace finds the lab's inventory and
     * trusts the lab's hosts. If SESSIONCTL_INVENTORY is set already, it is kept.
     */
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
