package sessionctl.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sessionctl.action.ExitCode;
import sessionctl.manual.BashCompletion;
import sessionctl.manual.FishCompletion;

/** The {@code completion} command, for users of the tar.gz; the Debian package contains completions. */
@Command(
        name = "completion",
        description = "Print a script with which a shell completes the commands and options of sessionctl.",
        footerHeading = "%nExample:%n",
        footer = "  source <(sessionctl completion bash)",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "5:wrong usage"})
final class CompletionCommand implements Callable<Integer> {
    /** The supported shells; the names are the values of the argument. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.bash;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine program = spec.root().commandLine();
        String name = program.getCommandName();
        String script = shell == Shell.fish
                ? FishCompletion.completions(name, ManPages.of(program))
                : BashCompletion.withDroplets(name, AutoComplete.bash(name, program));
        if (shell == Shell.zsh) {
            // compopt is a builtin of bash that zsh's bashcompinit does not provide.
            script = "compopt() { :; }\n" + script;
        }
        program.getOut().print(script);
        return ExitCode.OK;
    }
}
