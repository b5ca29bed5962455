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
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.action.HiddenInput;
import sessionctl.action.IoMessages;
import sessionctl.action.Terminal;

/**
 * The options for the password that sudo asks for. It is never an argument, because every user of this machine can read
 * command lines.
 */
final class SudoOptions {
    /** The environment variable that may hold the password; it is not passed on to other programs. */
    static final String VARIABLE = HiddenInput.PASSWORD_VARIABLE;

    private static final int MAX_LENGTH = 4096;

    @Option(
            names = "--ask-sudo-password",
            description = "Ask once for the password of sudo on the droplets (or set $" + VARIABLE + ").")
    private boolean ask;

    @Option(
            names = "--sudo-password-fd",
            paramLabel = "N",
            description = "Read the sudo password from the first line of file descriptor N.")
    private @Nullable Integer descriptor;

    /**
     * Reads the password from the source that an option names, or else from the environment variable.
     *
     * @return the password; null if none was given
     * @throws ActionFailure if both options were given, or the one that was given yields no password
     */
    char @Nullable [] password() {
        if (ask && descriptor != null) {
            throw new ActionFailure(ExitCode.USAGE, "--ask-sudo-password cannot be combined with --sudo-password-fd");
        }
        if (descriptor != null) {
            return fromDescriptor(descriptor);
        }
        String set = System.getenv(VARIABLE);
        return ask ? asked() : set == null || set.isEmpty() ? null : set.toCharArray();
    }

    /**
     * Returns the option for another command. A file descriptor belongs to this process only, so
     * {@code --ask-sudo-password} replaces it.
     */
    List<String> given() {
        return ask || descriptor != null ? List.of("--ask-sudo-password") : List.of();
    }

    private static char[] asked() {
        char[] password = Terminal.password("sudo password: ");
        if (password == null || password.length == 0) {
            throw new ActionFailure(
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
            throw new ActionFailure(
                    ExitCode.USAGE,
                    "--sudo-password-fd: " + number + " cannot be read (" + IoMessages.of(e) + "); open it, as in "
                            + number + "< file");
        }
        if (line.length == 0) {
            throw new ActionFailure(ExitCode.USAGE, "--sudo-password-fd: " + number + " contains no password");
        }
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(line));
        char[] password = Arrays.copyOf(decoded.array(), decoded.limit());
        Arrays.fill(decoded.array(), '\0');
        Arrays.fill(line, (byte) 0);
        return password;
    }

    private static byte[] firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n' && line.size() < MAX_LENGTH; next = in.read()) {
            line.write(next);
        }
        return line.toByteArray();
    }
}
