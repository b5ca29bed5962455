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
import sessionctl.lab.LabScript;

/** The whole story in one go, on a lab of its own. */
@Command(
        name = "demo",
        description =
                "The whole story on the lab: three bare droplets, dry run, provision, a dry run that is empty, and "
                        + "the proof that a visitor's session follows him over all three.",
        footerHeading = "%nExample:%n",
        footer = "  sudo sessionctl demo --keep",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the story ended well", "1:a step failed", "3:the session did not follow the visitor"})
final class DemoCommand implements Callable<Integer> {
    private static final String LAB = "demo";

    @Option(names = "--keep", description = "Leave the lab running, to look around in it.")
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
            return story();
        } finally {
            if (keep) {
                say("The lab is left running: sudo SESSIONCTL_LAB=" + LAB + " sessionctl lab ssh lamp01, … lab down");
            } else {
                say("Taking the lab away");
                Runtime.getRuntime().removeShutdownHook(undone);
                LabRun.run(lab, List.of("down"));
            }
        }
    }

    private int story() throws IOException, InterruptedException {
        say("1. Three bare droplets, real hosts in network namespaces of this machine");
        LabRun.run(lab, List.of("down"));
        int code = new LabUpCommand(lab).up(LabUpCommand.numbered(3));
        code = code == ExitCode.OK ? step("2. What provision would change", "provision", "--dry-run") : code;
        code = code == ExitCode.OK ? step("3. Provision", "provision") : code;
        code = code == ExitCode.OK ? step("4. Close memcached to strangers", "firewall") : code;
        code = code == ExitCode.OK
                ? step("5. What is left to change", "provision", "--dry-run", "--detailed-exitcode")
                : code;
        if (code != ExitCode.OK) {
            say("The story ends here: that step exited " + code + ".");
            return ExitCode.FAILED;
        }
        code = step("6. The proof that every droplet shares its sessions", "verify");
        say(code == ExitCode.OK ? "The session followed the visitor." : "The session did NOT follow the visitor.");
        return code;
    }

    /** Runs this program again, where the lab's operator sits. */
    private int step(String title, String... words) {
        say(title + ": sessionctl " + String.join(" ", words));
        List<String> arguments = new ArrayList<>(List.of("exec", "--"));
        arguments.addAll(Self.words());
        arguments.addAll(List.of(words));
        return LabRun.run(lab, arguments, "", LabRun.operator(lab));
    }

    private void say(String sentence) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("== " + sentence);
        out.flush();
    }
}
