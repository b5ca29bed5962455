package sessionctl.cli;

import picocli.CommandLine.Option;
import sessionctl.action.Approval;
import sessionctl.action.Console;
import sessionctl.action.Terminal;

/** The option of every command that asks before it changes droplets. */
final class ApprovalOptions {
    @Option(
            names = {"-y", "--yes"},
            description = "Apply the plan without asking. Without a terminal on standard input, sessionctl never asks.")
    private boolean yes;

    /** Returns the consent of the operator: given by the option, or by the person at the terminal. */
    Approval approval(Console console) {
        return yes ? Approval.GIVEN : Approval.of(Terminal.current(), console.progress());
    }
}
