package sessionctl.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import sessionctl.action.ExitCode;
import sessionctl.action.Terminal;
import sessionctl.report.BuildLog;
import sessionctl.report.SafeWriter;
import sessionctl.ssh.transport.SshjShells;

/** The entry point: sets up the command line and runs it. */
public final class Main {
    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        if (Subcommands.connects(args)) {
            SshjShells.loadAhead();
        }
        System.exit(run(System.getenv(), writer(FileDescriptor.out), writer(FileDescriptor.err), args));
    }

    /** Runs the command line as if outside of any build server, and returns the exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return run(Map.of(), out, err, args);
    }

    /**
     * Runs the command line and returns the exit code.
     *
     * @param environment the environment variables, which show whether a build server reads the output
     */
    static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
        BuildLog log = BuildLog.of(environment, () -> 0);
        PrintWriter safe = new PrintWriter(new SafeWriter(out, log));
        CommandLine line = line(environment, args);
        line.setOut(safe);
        line.setErr(new PrintWriter(new SafeWriter(err, log)));
        line.setExecutionStrategy(parsed -> executed(parsed, line, out, new ErrorHandler(environment)));
        int code = line.execute(args);
        line.getOut().flush();
        boolean lost = out.checkError();
        if (lost) {
            line.getErr()
                    .println(
                            "sessionctl: standard output cannot be written, so the output is incomplete; check where it"
                                    + " is redirected to, and for space there");
        }
        line.getErr().flush();
        return lost && code == ExitCode.OK ? ExitCode.FAILED : code;
    }

    /**
     * Runs the parsed command. Help is written to the unchecked writer, because it is this program's own text and
     * picocli writes its colours. All other output passes the {@link SafeWriter}.
     */
    private static int executed(ParseResult parsed, CommandLine line, PrintWriter unchecked, ErrorHandler errors) {
        PrintWriter safe = line.getOut();
        line.setOut(unchecked);
        Integer helped = CommandLine.executeHelpRequest(parsed);
        line.setOut(safe);
        if (helped != null) {
            return helped;
        }
        try {
            return new RunLast().execute(parsed);
        } catch (StackOverflowError | OutOfMemoryError e) {
            return errors.failed(e, last(parsed), parsed);
        }
    }

    private static CommandLine last(ParseResult parsed) {
        List<CommandLine> lines = parsed.asCommandLineList();
        return lines.get(lines.size() - 1);
    }

    /**
     * Creates the command line.
     *
     * @param args the words to parse; if the first one names a subcommand, the others may be left out
     */
    static CommandLine line(Map<String, String> environment, String... args) {
        CommandLine line = new CommandLine(new SessionctlCommand());
        line.getCommandSpec().versionProvider(new VersionProvider());
        Subcommands.addTo(line, args);
        HelpLayout.applyTo(line);
        line.getSubcommands().values().forEach(sub -> prepare(sub, environment));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // By default, picocli replaces @FILE by the file's content, which could then appear in messages.
        line.setExpandAtFiles(false);
        line.setUsageHelpWidth(80);
        line.setParameterExceptionHandler(ErrorHandler::wrongUsage);
        line.setExecutionExceptionHandler(new ErrorHandler(environment)::failed);
        return line;
    }

    private static void prepare(CommandLine subcommand, Map<String, String> environment) {
        subcommand.getCommandSpec().mixinStandardHelpOptions(true);
        subcommand.getCommandSpec().versionProvider(new VersionProvider());
        InventoryLast.of(subcommand.getCommandSpec());
        HelpLayout.applyTo(subcommand);
        for (CommandSpec mixin : subcommand.getCommandSpec().mixins().values()) {
            if (mixin.userObject() instanceof OutputOptions output) {
                output.configure(environment, Terminal.current());
            }
        }
        subcommand.getSubcommands().values().forEach(sub -> prepare(sub, environment));
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8));
    }
}
