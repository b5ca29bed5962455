package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Cases that lie in folders, and what is expected of them beside them. Refresh with {@code -Dgolden.update=true}. */
public final class Golden {
    private static final Path RESOURCES = Path.of("src/test/resources");

    private Golden() {}

    /** The folders of cases, at least one. */
    public static Stream<Path> cases(String kind) throws IOException {
        try (Stream<Path> folders = Files.list(RESOURCES.resolve(kind))) {
            List<Path> found = folders.filter(Files::isDirectory).sorted().toList();
            assertThat(found).isNotEmpty();
            return found.stream();
        }
    }

    /** A test file's text, one byte a character. */
    public static String bytes(String path) throws IOException {
        return bytes(RESOURCES.resolve(path));
    }

    /** A file's text, one byte a character. */
    public static String bytes(Path path) throws IOException {
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    /** What comes out is what lies there. */
    public static void check(Path expected, String actual) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(expected, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(expected));
    }
}
