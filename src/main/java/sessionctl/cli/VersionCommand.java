package sessionctl.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import sessionctl.action.BuildInfo;
import sessionctl.action.ExitCode;

/** The {@code version} command, which prints what {@code --version} prints. */
@Command(
        name = "version",
        description = "Print the version, as --version does.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl version",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "5:wrong usage"})
final class VersionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        for (String line : new BuildInfo().lines()) {
            spec.commandLine().getOut().println(line);
        }
        return ExitCode.OK;
    }
}
