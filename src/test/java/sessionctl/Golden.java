package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Test cases in folders, each beside its expected output. To refresh the output, run with {@code -Dgolden.update=true}.
 */
public final class Golden {
    private static final Path RESOURCES = Path.of("src/test/resources");

    private Golden() {}

    /** Lists the case folders of a kind and fails if there are none. */
    public static Stream<Path> cases(String kind) throws IOException {
        try (Stream<Path> folders = Files.list(RESOURCES.resolve(kind))) {
            List<Path> found = folders.filter(Files::isDirectory).sorted().toList();
            assertThat(found).isNotEmpty();
            return found.stream();
        }
    }

    /** Reads a file of the test resources as text with one character for each byte. */
    public static String bytes(String path) throws IOException {
        return bytes(RESOURCES.resolve(path));
    }

    /** Reads a file as text with one character for each byte. */
    public static String bytes(Path path) throws IOException {
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    /** Checks that a text equals the expected file. With {@code golden.update}, writes the file first. */
    public static void check(Path expected, String actual) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(expected, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(expected));
    }
}
