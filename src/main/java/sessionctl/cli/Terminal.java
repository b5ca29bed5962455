package sessionctl.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import sessionctl.report.Legible;

/**
 * What the process is attached to. The launcher says it in system properties, since Java alone cannot tell standard
 * error from standard output here.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is one
 * @param columns its width, 80 where nobody knows
 * @param rows its height, 24 where nobody knows
 */
record Terminal(boolean out, boolean err, int columns, int rows) {
    private static final Path TTY = Path.of("/dev/tty");

    static Terminal current() {
        String[] size = System.getProperty("sessionctl.size", "").split(" ");
        boolean sized = size.length == 2 && size[0].matches("\\d{1,4}") && size[1].matches("\\d{1,4}");
        return new Terminal(
                Boolean.getBoolean("sessionctl.tty.out"),
                Boolean.getBoolean("sessionctl.tty.err"),
                sized && !size[1].equals("0") ? Integer.parseInt(size[1]) : 80,
                sized && !size[0].equals("0") ? Integer.parseInt(size[0]) : 24);
    }

    /** Asks for a secret, which is not shown; null where there is nobody to ask. */
    @SuppressWarnings("SystemConsoleNull") // newer Javas answer with a console that is no terminal: /dev/tty decides
    static char @Nullable [] password(String question) {
        if (!attended()) {
            return null;
        }
        Console console = System.console();
        return console == null
                ? HiddenInput.on(TTY, Legible.of(question))
                : console.readPassword("%s", Legible.of(question));
    }

    /** Says something where questions are asked; nothing where nobody is there. */
    static @Nullable Void tell(String text) {
        try {
            Files.writeString(TTY, Legible.of(text));
        } catch (IOException e) {
            // Then nobody reads it.
        }
        return null;
    }

    /** Asks for a line; null where there is nobody to ask. */
    static @Nullable String answer(String question) {
        try (OutputStream out = Files.newOutputStream(TTY);
                BufferedReader in = Files.newBufferedReader(TTY)) {
            out.write(Legible.of(question).getBytes(StandardCharsets.UTF_8));
            return in.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether a person can be asked: /dev/tty cannot be opened without a controlling terminal (tty(4)). */
    static boolean attended() {
        try {
            Files.newInputStream(TTY).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
