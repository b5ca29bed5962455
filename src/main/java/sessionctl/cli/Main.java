package sessionctl.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import sessionctl.action.ExitCode;
import sessionctl.action.Terminal;
import sessionctl.desired.TemplateSet;
import sessionctl.report.BuildLog;
import sessionctl.report.SafeWriter;
import sessionctl.ssh.transport.SshjShells;

/**
 * The entry point: sets up the command line and runs it. The interfaces of picocli are implemented by classes, since a
 * class archive of Java 17 has no lambda of them, and leaves out such an interface with all classes that implement it.
 */
public final class Main {
    static {
        // No option has these types. picocli would look up their methods for every command, which loads 150 classes.
        System.setProperty("picocli.converters.excludes", "java.[st].*");
    }

    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        if (Subcommands.connects(args)) {
            loadAhead();
        }
        System.exit(run(System.getenv(), writer(FileDescriptor.out), writer(FileDescriptor.err), args));
    }

    /** Loads what every connection needs, on a thread of its own, while the command line and the inventory are read. */
    private static void loadAhead() {
        Thread thread = new Thread(
                () -> {
                    try {
                        SshjShells.load();
                        TemplateSet.load();
                    } catch (RuntimeException | LinkageError e) {
                        // The run meets the same error and reports it.
                    }
                },
                "sessionctl-load");
        thread.setDaemon(true);
        thread.start();
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
        PrintWriter errors = new PrintWriter(new SafeWriter(err, log));
        boolean version = List.of(args).equals(List.of("--version"));
        int code = version ? printVersion(safe) : execute(environment, safe, errors, out, args);
        safe.flush();
        boolean lost = out.checkError();
        if (lost) {
            errors.println("sessionctl: standard output cannot be written, so the output is incomplete; check where it"
                    + " is redirected to, and for space there");
        }
        errors.flush();
        return lost && code == ExitCode.OK ? ExitCode.FAILED : code;
    }

    /** Prints what the version option prints, without the command line, whose classes take twice as long to load. */
    private static int printVersion(PrintWriter out) {
        for (String line : new VersionProvider().getVersion()) {
            out.println(line);
        }
        return ExitCode.OK;
    }

    private static int execute(
            Map<String, String> environment, PrintWriter out, PrintWriter err, PrintWriter unchecked, String... args) {
        CommandLine line = line(environment, args);
        line.setOut(out);
        line.setErr(err);
        line.setExecutionStrategy(new Execution(line, unchecked, new ErrorHandler(environment)));
        return line.execute(args);
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
        line.getSubcommands().values().stream()
                .filter(sub -> !Subcommands.isOnlyDescribed(sub))
                .forEach(sub -> prepare(sub, environment));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // By default, picocli replaces @FILE by the file's content, which could then appear in messages.
        line.setExpandAtFiles(false);
        line.setUsageHelpWidth(80);
        line.setParameterExceptionHandler(new ErrorHandler(environment));
        line.setExecutionExceptionHandler(new ErrorHandler(environment));
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

    /**
     * Runs the parsed command. Help is written to the unchecked writer, because it is this program's own text and
     * picocli writes its colours. All other output passes the {@link SafeWriter}.
     */
    private record Execution(CommandLine line, PrintWriter unchecked, ErrorHandler errors)
            implements IExecutionStrategy {
        @Override
        public int execute(ParseResult parsed) {
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
                List<CommandLine> lines = parsed.asCommandLineList();
                return errors.failed(e, lines.get(lines.size() - 1), parsed);
            }
        }
    }
}
