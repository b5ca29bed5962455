package sessionctl.action;

import java.io.BufferedReader;
import java.io.Console;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import sessionctl.report.TerminalSafe;
import sessionctl.report.WordWrap;

/**
 * The terminal that the process is attached to. The launcher passes these values as system properties, because Java
 * alone cannot find out which of the standard streams is a terminal.
 *
 * @param in whether standard input is a terminal
 * @param out whether standard output is a terminal
 * @param err whether standard error is a terminal
 * @param columns the width of the terminal at standard error; 80 if it is unknown
 * @param rows its height; 24 if it is unknown
 */
public record Terminal(boolean in, boolean out, boolean err, int columns, int rows) {
    private static final Path TTY = Path.of("/dev/tty");

    /** Returns the terminal of this process, from the launcher's system properties. */
    public static Terminal current() {
        String[] size = System.getProperty("sessionctl.size", "").split(" ");
        boolean sized = size.length == 2 && size[0].matches("\\d{1,4}") && size[1].matches("\\d{1,4}");
        return new Terminal(
                Boolean.getBoolean("sessionctl.tty.in"),
                Boolean.getBoolean("sessionctl.tty.out"),
                Boolean.getBoolean("sessionctl.tty.err"),
                sized && !size[1].equals("0") ? Integer.parseInt(size[1]) : 80,
                sized && !size[0].equals("0") ? Integer.parseInt(size[0]) : 24);
    }

    /**
     * Wraps a sentence for standard error at the terminal's width; returns it as it is if standard error is no
     * terminal.
     */
    public String wrapped(String sentence) {
        return err ? WordWrap.at(columns, sentence) : sentence;
    }

    /**
     * Returns whether the terminal may be unable to show characters beyond ASCII. The launcher replaces the C locale by
     * C.UTF-8, and then sets a system property.
     */
    public static boolean ascii() {
        String locale = System.getProperty("native.encoding", "UTF-8");
        boolean known = Charset.isSupported(locale);
        return Boolean.getBoolean("sessionctl.ascii")
                || (known && !Charset.forName(locale).newEncoder().canEncode('✓'));
    }

    /**
     * Asks for a secret on the terminal, without echo.
     *
     * @return the secret, which the caller wipes; null if there is no terminal, or at the end of its input
     */
    @SuppressWarnings("SystemConsoleNull") // newer Javas return a console that is no terminal: /dev/tty decides
    public static char @Nullable [] password(String question) {
        if (!attended()) {
            return null;
        }
        Console console = System.console();
        return console == null
                ? HiddenInput.on(TTY, TerminalSafe.of(question))
                : console.readPassword("%s", TerminalSafe.of(question));
    }

    /**
     * Prints a text on the terminal; does nothing if there is none. Returns null, so that it can serve as a supplier.
     */
    public static @Nullable Void print(String text) {
        try {
            Files.writeString(TTY, TerminalSafe.of(text));
        } catch (IOException e) {
            // There is no terminal.
        }
        return null;
    }

    /** Asks for a line on the terminal; returns null if there is no terminal, or at the end of its input. */
    public static @Nullable String answer(String question) {
        // After Ctrl-C, the cursor would stay behind the question.
        Thread newline = new Thread(() -> print("\n"), "newline");
        Runtime.getRuntime().addShutdownHook(newline);
        try {
            return ask(question);
        } finally {
            Runtime.getRuntime().removeShutdownHook(newline);
        }
    }

    /**
     * Asks like {@link #answer}, and ignores what was typed before the question. After Ctrl-C, the caller must move the
     * cursor to the next line.
     */
    static @Nullable String ask(String question) {
        // Of a character device, only FileInputStream reports how many bytes it has (ioctl_tty(2), FIONREAD).
        try (OutputStream out = Files.newOutputStream(TTY);
                FileInputStream keys = new FileInputStream(TTY.toFile());
                BufferedReader in = new BufferedReader(new InputStreamReader(keys, StandardCharsets.UTF_8))) {
            boolean earlier = true;
            while (earlier) {
                earlier = keys.available() > 0 && keys.read() >= 0;
            }
            out.write(TerminalSafe.of(question).getBytes(StandardCharsets.UTF_8));
            return in.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Returns whether there is a terminal to ask on: /dev/tty cannot be opened without a controlling terminal (tty(4)).
     */
    public static boolean attended() {
        try {
            Files.newInputStream(TTY).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
