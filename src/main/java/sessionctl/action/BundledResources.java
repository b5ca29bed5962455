package sessionctl.action;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads the files that are packed into the program's jar. */
public final class BundledResources {
    private BundledResources() {}

    /**
     * Reads a packed file as UTF-8.
     *
     * @param path the file's path in the jar, without a leading slash
     * @throws IllegalStateException if there is no such file
     */
    public static String text(String path) {
        try (InputStream in = BundledResources.class.getResourceAsStream("/" + path)) {
            if (in == null) {
                throw new IllegalStateException("not packed into the program: " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
