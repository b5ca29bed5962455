package sessionctl.cli;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the password comes from that sudo wants; never from the command line, which everybody on this machine can read. */
final class SudoOptions {
    /** The variable that may hold it; it is not handed on to other programs. */
    static final String VARIABLE = "SESSIONCTL_SUDO_PASSWORD";

    private static final int LONGEST = 4096;

    @Option(
            names = "--ask-sudo-password",
            description = "Ask once for the password that sudo wants on the droplets (or set $" + VARIABLE + ").")
    private boolean ask;

    @Option(
            names = "--sudo-password-fd",
            paramLabel = "N",
            description = "Read that password from file descriptor N, its first line.")
    private @Nullable Integer descriptor;

    /** The password; null where nobody gave one. */
    char @Nullable [] password() {
        if (ask && descriptor != null) {
            throw new CliFailure(
                    ExitCode.USAGE, "--ask-sudo-password: not with --sudo-password-fd; one of them will do");
        }
        if (descriptor != null) {
            return fromDescriptor(descriptor);
        }
        String set = System.getenv(VARIABLE);
        return ask ? asked() : set == null || set.isEmpty() ? null : set.toCharArray();
    }

    /** The option as it was given; a descriptor is this process's alone. */
    List<String> given() {
        return ask || descriptor != null ? List.of("--ask-sudo-password") : List.of();
    }

    private static char[] asked() {
        char[] password = Terminal.password("sudo password: ");
        if (password == null || password.length == 0) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--ask-sudo-password: "
                            + (password == null ? "there is no terminal to ask on" : "nothing was typed")
                            + "; give the password with --sudo-password-fd or $" + VARIABLE);
        }
        return password;
    }

    private static char[] fromDescriptor(int number) {
        byte[] line;
        try (InputStream in = number == 0 ? System.in : new FileInputStream("/dev/fd/" + number)) {
            line = firstLine(in);
        } catch (IOException e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--sudo-password-fd: " + number + " cannot be read (" + Reason.of(e) + "); open it, as in " + number
                            + "< file");
        }
        if (line.length == 0) {
            throw new CliFailure(ExitCode.USAGE, "--sudo-password-fd: " + number + " holds no password");
        }
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(line));
        char[] password = Arrays.copyOf(decoded.array(), decoded.limit());
        Arrays.fill(decoded.array(), '\0');
        Arrays.fill(line, (byte) 0);
        return password;
    }

    private static byte[] firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n' && line.size() < LONGEST; next = in.read()) {
            line.write(next);
        }
        return line.toByteArray();
    }
}
