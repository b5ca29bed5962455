package sessionctl.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The program's entry. */
public final class Main {
    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(writer(FileDescriptor.out), writer(FileDescriptor.err), args));
    }

    /** Runs the command line; the exit code is returned, not acted on. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new SessionctlCommand());
        line.getSubcommands().values().forEach(Main::helped);
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(80);
        line.setParameterExceptionHandler(Complaints::wrongUsage);
        line.setExecutionExceptionHandler(Complaints::failed);
        int code = line.execute(args);
        out.flush();
        err.flush();
        return code;
    }

    private static void helped(CommandLine subcommand) {
        subcommand.getCommandSpec().mixinStandardHelpOptions(true);
        subcommand.getCommandSpec().versionProvider(new Version());
        subcommand.getSubcommands().values().forEach(Main::helped);
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8));
    }
}
