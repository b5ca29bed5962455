package sessionctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import sessionctl.lab.LabScript;

/** The subcommands of {@code lab} that only call the lab's script. */
final class LabCommands {
    private LabCommands() {}

    /** The {@code lab down} command: removes the lab, and what a crash left of it. */
    @Command(
            name = "down",
            description = "Remove the lab, and the remains of one that crashed.",
            footerHeading = "%nExample:%n",
            footer = "  sudo sessionctl lab down",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:the lab is removed", "1:a part could not be removed"})
    static final class Down implements Callable<Integer> {
        @Override
        public Integer call() {
            return LabRun.run(LabScript.chosen(), List.of("down"));
        }
    }

    /** The {@code lab status} command: lists the hosts. */
    @Command(
            name = "status",
            description = "Print a line for each host: name, public and private address, running or stopped.",
            footerHeading = "%nExample:%n",
            footer = "  sudo sessionctl lab status",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:the lab exists", "1:there is no lab"})
    static final class Status implements Callable<Integer> {
        @Override
        public Integer call() {
            return LabRun.run(LabScript.chosen(), List.of("status"));
        }
    }

    /** The {@code lab ssh} command: logs in to a host, or runs a command there. */
    @Command(
            name = "ssh",
            description = "Log in to a host, or run a command there.",
            footerHeading = "%nExample:%n",
            footer = "  sudo sessionctl lab ssh lamp01 systemctl status memcached",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:success; other codes are the command's"})
    static final class Ssh implements Callable<Integer> {
        @Parameters(arity = "1..*", paramLabel = "NAME [COMMAND]", description = "The host, and a command.")
        private List<String> words = new ArrayList<>();

        @Override
        public Integer call() {
            List<String> arguments = new ArrayList<>(List.of("ssh"));
            arguments.addAll(words);
            return LabRun.run(LabScript.chosen(), arguments);
        }
    }

    /** The {@code lab exec} command: runs a command in the operator's network namespace. */
    @Command(
            name = "exec",
            description = "Run a command in the network of the lab's operator, the only one from which the hosts can be"
                    + " reached.",
            footerHeading = "%nExample:%n",
            footer = "  sudo sessionctl lab exec -- sessionctl provision --dry-run",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:success; other codes are the command's"})
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

    /** The {@code lab power} command: starts, stops, reboots, resets or freezes a host, or cuts its power. */
    @Command(
            name = "power",
            description = "Change the power state of a host: start, stop, reboot, kill (a power cut), reset (a fresh"
                    + " disk), freeze, thaw.",
            footerHeading = "%nExample:%n",
            footer = "  sudo sessionctl lab power reboot lamp02",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:done", "1:failed", "5:wrong usage"})
    static final class Power implements Callable<Integer> {
        /** The actions; the names are the values of the argument. */
        enum Action {
            start,
            stop,
            reboot,
            kill,
            reset,
            freeze,
            thaw
        }

        @Parameters(index = "0", paramLabel = "ACTION", description = "One of ${COMPLETION-CANDIDATES}.")
        private Action action = Action.start;

        @Parameters(index = "1", paramLabel = "NAME", description = "The host.")
        private String name = "";

        @Override
        public Integer call() {
            return LabRun.run(LabScript.chosen(), List.of(action.name(), name));
        }
    }
}
