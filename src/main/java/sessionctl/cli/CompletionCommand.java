package sessionctl.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sessionctl.manual.Fish;

/** Completions for whoever has not installed the package, which brings them. */
@Command(
        name = "completion",
        description = "Print what lets a shell complete the commands and options of sessionctl.",
        footerHeading = "%nExample:%n",
        footer = "  source <(sessionctl completion bash)",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "5:wrong usage"})
final class CompletionCommand implements Callable<Integer> {
    /** The shells that it is known for. */
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
        String script =
                shell == Shell.fish ? Fish.completions(name, Pages.of(program)) : AutoComplete.bash(name, program);
        if (shell == Shell.zsh) {
            // bash has this builtin, and zsh's bashcompinit has nothing in its place.
            script = "compopt() { :; }\n" + script;
        }
        program.getOut().print(script);
        return ExitCode.OK;
    }
}
