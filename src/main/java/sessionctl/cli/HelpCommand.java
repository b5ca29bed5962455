package sessionctl.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpCommandInitializable2;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code help} command, which prints what {@code --help} of another command prints. */
@Command(
        name = "help",
        helpCommand = true,
        description = "Print the help of a command, as its --help does.",
        footerHeading = "%nExample:%n",
        footer = {"  sessionctl help provision", "  sessionctl help lab up"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "5:wrong usage"})
final class HelpCommand implements IHelpCommandInitializable2, Runnable {
    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "The command, such as provision or lab up; without it, the program.")
    private List<String> words = new ArrayList<>();

    private @Nullable CommandLine self;
    private @Nullable PrintWriter out;
    private Help.@Nullable ColorScheme colors;

    @Override
    public void init(CommandLine helpCommand, Help.ColorScheme colorScheme, PrintWriter out, PrintWriter err) {
        this.self = helpCommand;
        this.out = out;
        this.colors = colorScheme;
    }

    @Override
    public void run() {
        CommandLine program = self == null ? null : self.getParent();
        if (program == null || out == null || colors == null) {
            return;
        }
        CommandLine found = program;
        for (String word : words) {
            CommandLine next = found.getSubcommands().get(word);
            if (next == null) {
                throw new UnmatchedArgumentException(found, List.of(word));
            }
            found = next;
        }
        found.usage(out, colors);
    }
}
