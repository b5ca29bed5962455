package sessionctl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Files that are packed into the program. */
final class Shipped {
    private Shipped() {}

    /** The text of a packed file. */
    static String text(String path) {
        try (InputStream in = Shipped.class.getResourceAsStream("/" + path)) {
            if (in == null) {
                throw new IllegalStateException("not packed into the program: " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
