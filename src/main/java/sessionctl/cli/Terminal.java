package sessionctl.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

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
    static Terminal current() {
        String[] size = System.getProperty("sessionctl.size", "").split(" ");
        boolean sized = size.length == 2 && size[0].matches("\\d{1,4}") && size[1].matches("\\d{1,4}");
        return new Terminal(
                Boolean.getBoolean("sessionctl.tty.out"),
                Boolean.getBoolean("sessionctl.tty.err"),
                sized && !size[1].equals("0") ? Integer.parseInt(size[1]) : 80,
                sized && !size[0].equals("0") ? Integer.parseInt(size[0]) : 24);
    }

    /** Asks for a key's passphrase; null where there is nobody to ask. */
    @SuppressWarnings("SystemConsoleNull") // newer Javas answer with a console that is no terminal: /dev/tty decides
    static char @Nullable [] passphrase(Path keyFile) {
        if (!attended()) {
            return null;
        }
        Console console = System.console();
        return console == null ? null : console.readPassword("Passphrase for %s: ", keyFile);
    }

    /** Whether a person can be asked: /dev/tty cannot be opened without a controlling terminal (tty(4)). */
    private static boolean attended() {
        try {
            Files.newInputStream(Path.of("/dev/tty")).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
