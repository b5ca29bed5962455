package sessionctl.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints an inventory to start from. */
@Command(
        name = "init",
        description = "Print a commented starter inventory.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl init > inventory.yml",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "5:wrong usage"})
final class InitCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(Shipped.text("inventories/example.yml"));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
