package sessionctl.action;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a line from a terminal without echo. It is used when standard input or output is redirected: Java's console
 * exists only if both are the terminal.
 */
public final class HiddenInput {
    /** The environment variable that holds the password for sudo. */
    public static final String PASSWORD_VARIABLE = "SESSIONCTL_SUDO_PASSWORD";

    private static final int MAX_LENGTH = 4096;
    private static final int SECONDS = 5;

    private HiddenInput() {}

    /**
     * Prints a question on a terminal and reads a line of at most 4096 bytes without echo. A shutdown hook restores the
     * terminal's settings if the process ends during the question.
     *
     * @return the line, empty if nothing was typed; the caller wipes it; null if the terminal cannot be used
     */
    static char @Nullable [] on(Path terminal, String question) {
        String settings = stty(terminal, "-g");
        if (settings == null) {
            return null;
        }
        Thread restoring = new Thread(() -> stty(terminal, settings), "echo");
        Runtime.getRuntime().addShutdownHook(restoring);
        try (InputStream in = Files.newInputStream(terminal);
                OutputStream out = Files.newOutputStream(terminal)) {
            if (stty(terminal, "-echo") == null) {
                return null;
            }
            out.write(question.getBytes(StandardCharsets.UTF_8));
            char[] line = line(in);
            out.write('\n');
            return line;
        } catch (IOException e) {
            return null;
        } finally {
            stty(terminal, settings);
            Runtime.getRuntime().removeShutdownHook(restoring);
        }
    }

    private static char[] line(InputStream in) throws IOException {
        byte[] typed = new byte[MAX_LENGTH];
        int length = 0;
        for (int next = in.read(); next >= 0 && next != '\n' && length < MAX_LENGTH; next = in.read()) {
            typed[length++] = (byte) next;
        }
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(typed, 0, length));
        char[] line = Arrays.copyOf(decoded.array(), decoded.limit());
        Arrays.fill(decoded.array(), '\0');
        Arrays.fill(typed, (byte) 0);
        return line;
    }

    /**
     * Runs stty(1) with the terminal as its standard input.
     *
     * @return its output, or null if it failed or took too long
     */
    private static @Nullable String stty(Path terminal, String word) {
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of("stty", word))
                    .redirectInput(terminal.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().remove(PASSWORD_VARIABLE);
            Process process = builder.start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return null;
            }
            // A line of settings fits into the pipe, so stty ends before it is read.
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 ? printed : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
