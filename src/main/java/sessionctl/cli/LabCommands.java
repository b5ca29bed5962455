package sessionctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import sessionctl.lab.LabScript;

/** The lab's commands that hand their words on to its scripts. */
final class LabCommands {
    private LabCommands() {}

    /** Takes the lab away. */
    @Command(
            name = "down",
            description = "Take the whole lab away, also what a crash left behind.",
            footerHeading = "%nExample:%n",
            footer = "  sudo sessionctl lab down",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:nothing of it is left", "1:something could not be taken away"})
    static final class Down implements Callable<Integer> {
        @Override
        public Integer call() {
            return LabRun.run(LabScript.chosen(), List.of("down"));
        }
    }

    /** Lists the hosts. */
    @Command(
            name = "status",
            description = "A line a host: name, public and private address, running or stopped.",
            footerHeading = "%nExample:%n",
            footer = "  sudo sessionctl lab status",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:there is a lab", "1:there is none"})
    static final class Status implements Callable<Integer> {
        @Override
        public Integer call() {
            return LabRun.run(LabScript.chosen(), List.of("status"));
        }
    }

    /** Logs in. */
    @Command(
            name = "ssh",
            description = "Log in to a host, or run a command there.",
            footerHeading = "%nExample:%n",
            footer = "  sudo sessionctl lab ssh lamp01 systemctl status memcached",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:the command's own exit code, whatever it is"})
    static final class Ssh implements Callable<Integer> {
        @Parameters(arity = "1..*", paramLabel = "NAME [COMMAND]", description = "The host, and what to run there.")
        private List<String> words = new ArrayList<>();

        @Override
        public Integer call() {
            List<String> arguments = new ArrayList<>(List.of("ssh"));
            arguments.addAll(words);
            return LabRun.run(LabScript.chosen(), arguments);
        }
    }

    /** Runs something where the operator sits. */
    @Command(
            name = "exec",
            description =
                    "Run a command where the lab's operator sits, the only place from which the hosts are reached.",
            footerHeading = "%nExample:%n",
            footer = "  sudo sessionctl lab exec -- sessionctl provision --dry-run",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:the command's own exit code, whatever it is"})
    static final class Exec implements Callable<Integer> {
        @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments, after --.")
        private List<String> words = new ArrayList<>();

        @Override
        public Integer call() {
            LabScript lab = LabScript.chosen();
            List<String> arguments = new ArrayList<>(List.of("exec", "--"));
            arguments.addAll(words);
            Map<String, String> environment = LabRun.operator(lab);
            return LabRun.run(lab, arguments, "", environment);
        }
    }

    /** Does to a host what happens to hosts. */
    @Command(
            name = "power",
            description = "Do to a host what happens to hosts: start, stop, reboot, kill (a power cut), reset (a fresh "
                    + "disk), freeze, thaw.",
            footerHeading = "%nExample:%n",
            footer = "  sudo sessionctl lab power reboot lamp02",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:done", "1:failed", "5:wrong usage"})
    static final class Power implements Callable<Integer> {
        /** What can be done. */
        enum Deed {
            start,
            stop,
            reboot,
            kill,
            reset,
            freeze,
            thaw
        }

        @Parameters(index = "0", paramLabel = "DEED", description = "One of ${COMPLETION-CANDIDATES}.")
        private Deed deed = Deed.start;

        @Parameters(index = "1", paramLabel = "NAME", description = "The host.")
        private String name = "";

        @Override
        public Integer call() {
            return LabRun.run(LabScript.chosen(), List.of(deed.name(), name));
        }
    }
}
