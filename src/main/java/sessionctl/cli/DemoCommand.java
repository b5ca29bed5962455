package sessionctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sessionctl.action.ExitCode;
import sessionctl.lab.LabScript;

/** The {@code demo} command: boots a lab of its own, provisions it, and verifies that its droplets share sessions. */
@Command(
        name = "demo",
        description = "Run a demonstration in the lab: provision three bare droplets, close memcached to other hosts,"
                + " check that the next dry run is empty, and verify that all three share a visitor's session.",
        footerHeading = "%nExample:%n",
        footer = "  sudo sessionctl demo --keep",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:success", "1:a step failed", "3:the droplets do not share their sessions"})
final class DemoCommand implements Callable<Integer> {
    private static final String LAB = "demo";

    @Option(names = "--keep", description = "Keep the lab running after the demonstration.")
    private boolean keep;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private final LabScript lab = new LabScript(LAB);

    @Override
    public Integer call() throws IOException, InterruptedException {
        LabRun.requireRoot();
        Thread undone = new Thread(() -> LabRun.run(lab, List.of("down")), "lab-down");
        if (!keep) {
            Runtime.getRuntime().addShutdownHook(undone);
        }
        try {
            return runSteps();
        } finally {
            if (keep) {
                print("The lab keeps running: sudo SESSIONCTL_LAB=" + LAB + " sessionctl lab ssh lamp01, … lab down");
            } else {
                print("Removing the lab");
                Runtime.getRuntime().removeShutdownHook(undone);
                LabRun.run(lab, List.of("down"));
            }
        }
    }

    private int runSteps() throws IOException, InterruptedException {
        print("1. Boot three bare droplets, real hosts in network namespaces of this machine");
        LabRun.run(lab, List.of("down"));
        int code = new LabUpCommand(lab).up(LabUpCommand.numbered(3));
        code = code == ExitCode.OK ? step("2. Show what provision would change", "provision", "--dry-run") : code;
        code = code == ExitCode.OK ? step("3. Provision", "provision", "--yes") : code;
        code = code == ExitCode.OK
                ? step("4. Test that memcached is closed to other hosts", "firewall", "--check")
                : code;
        code = code == ExitCode.OK
                ? step("5. Check that nothing remains to change", "provision", "--dry-run", "--detailed-exitcode")
                : code;
        if (code != ExitCode.OK) {
            print("The demonstration stops here: this step exited with " + code + ".");
            return ExitCode.FAILED;
        }
        code = step("6. Verify that the droplets share their sessions", "verify");
        print(code == ExitCode.OK ? "The droplets share their sessions." : "The droplets do NOT share their sessions.");
        return code;
    }

    /** Runs this program in the network namespace of the lab's operator. */
    private int step(String title, String... words) {
        print(title + ": sessionctl " + String.join(" ", words));
        List<String> arguments = new ArrayList<>(List.of("exec", "--"));
        arguments.addAll(RelaunchCommand.words());
        arguments.addAll(List.of(words));
        return LabRun.run(lab, arguments, "", LabRun.operator(lab));
    }

    private void print(String sentence) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("== " + sentence);
        out.flush();
    }
}
