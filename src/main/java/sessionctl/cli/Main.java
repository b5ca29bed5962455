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
import sessionctl.report.BuildLog;
import sessionctl.report.SafeWriter;
import sessionctl.ssh.SshjShells;

/** The program's entry. */
public final class Main {
    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        if (Subcommands.connects(args)) {
            SshjShells.loadAhead();
        }
        System.exit(run(System.getenv(), writer(FileDescriptor.out), writer(FileDescriptor.err), args));
    }

    /** Runs the command line where no build server reads along; the exit code is returned, not acted on. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return run(Map.of(), out, err, args);
    }

    /** Runs the command line in an environment that tells of a build server, or of none. */
    static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
        BuildLog log = BuildLog.of(environment, () -> 0);
        PrintWriter safe = new PrintWriter(new SafeWriter(out, log));
        CommandLine line = line(environment, args);
        line.setOut(safe);
        line.setErr(new PrintWriter(new SafeWriter(err, log)));
        line.setExecutionStrategy(parsed -> executed(parsed, line, out, new Complaints(environment)));
        int code = line.execute(args);
        line.getOut().flush();
        line.getErr().flush();
        return code;
    }

    /** The help is this program's own text, with colours that the library writes; nothing else passes unchecked. */
    private static int executed(ParseResult parsed, CommandLine line, PrintWriter unchecked, Complaints complaints) {
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
            return complaints.failed(e, last(parsed), parsed);
        }
    }

    private static CommandLine last(ParseResult parsed) {
        List<CommandLine> lines = parsed.asCommandLineList();
        return lines.get(lines.size() - 1);
    }

    /** What the program understands of these words; of none, all that it can be told. */
    static CommandLine line(Map<String, String> environment, String... args) {
        CommandLine line = new CommandLine(new SessionctlCommand());
        Subcommands.addTo(line, args);
        line.getSubcommands().values().forEach(sub -> prepare(sub, environment));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // An argument that begins with @ is that argument, and no file whose content then shows up in messages.
        line.setExpandAtFiles(false);
        line.setUsageHelpWidth(80);
        line.setParameterExceptionHandler(Complaints::wrongUsage);
        line.setExecutionExceptionHandler(new Complaints(environment)::failed);
        return line;
    }

    private static void prepare(CommandLine subcommand, Map<String, String> environment) {
        subcommand.getCommandSpec().mixinStandardHelpOptions(true);
        subcommand.getCommandSpec().versionProvider(new Version());
        for (CommandSpec mixin : subcommand.getCommandSpec().mixins().values()) {
            if (mixin.userObject() instanceof OutputOptions output) {
                output.in(environment);
            }
        }
        subcommand.getSubcommands().values().forEach(sub -> prepare(sub, environment));
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8));
    }
}
