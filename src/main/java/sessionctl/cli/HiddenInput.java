package sessionctl.cli;

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
 * A line that is typed without being shown, where standard input or output leads elsewhere: Java's console is there only
 * where both are the terminal.
 */
final class HiddenInput {
    private static final int LONGEST = 4096;
    private static final int SECONDS = 5;

    private HiddenInput() {}

    /** Asks on a terminal; null where that does not work. */
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
        byte[] typed = new byte[LONGEST];
        int length = 0;
        for (int next = in.read(); next >= 0 && next != '\n' && length < LONGEST; next = in.read()) {
            typed[length++] = (byte) next;
        }
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(typed, 0, length));
        char[] line = Arrays.copyOf(decoded.array(), decoded.limit());
        Arrays.fill(decoded.array(), '\0');
        Arrays.fill(typed, (byte) 0);
        return line;
    }

    /** stty(1), which works on its standard input; what it printed, or null where it failed. */
    private static @Nullable String stty(Path terminal, String word) {
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of("stty", word))
                    .redirectInput(terminal.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().remove(SudoOptions.VARIABLE);
            Process process = builder.start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0 ? printed : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
