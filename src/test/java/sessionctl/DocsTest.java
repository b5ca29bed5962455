package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the documentation against the program: messages that the program does not print, and links to missing files.
 */
class DocsTest {
    private static final Path DOCS = Path.of("src/docs");

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Returns the text of all sources and templates; string literals that are joined with + are one text. */
    private static String sources() throws IOException {
        List<Path> all = Stream.concat(
                        Stream.concat(files(Path.of("src/main"), "").stream(), files(Path.of("src/guard"), "").stream())
                                .filter(Files::isRegularFile),
                        files(Path.of("templates"), ".ftl").stream())
                .toList();
        return all.stream()
                .map(DocsTest::read)
                .collect(Collectors.joining("\n"))
                .replaceAll("\"\\s*\\+\\s*\"", "");
    }

    static Stream<String> messages() {
        return Pattern.compile("(?m)^`.*`$")
                .matcher(read(DOCS.resolve("troubleshooting.md")))
                .results()
                .flatMap(line -> Stream.of(line.group().split("`, `")))
                .map(message -> message.replace("`", ""));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageInTroubleshootingIsInTheSources(String message) throws IOException {
        String sources = sources();
        for (String part : message.split("…")) {
            if (part.strip().length() > 3) {
                assertThat(sources.contains(part.strip()))
                        .as("\"%s\" of %s", part.strip(), message)
                        .isTrue();
            }
        }
    }

    @Test
    void everyRelativeLinkPointsToAnExistingFile() throws IOException {
        List<Path> pages = new java.util.ArrayList<>(files(DOCS, ".md"));
        pages.add(Path.of("README.md"));
        Pattern link = Pattern.compile("\\]\\((?!https?:)([^)#]+)\\)");
        for (Path page : pages) {
            Path folder = page.toAbsolutePath().getParent();
            link.matcher(read(page))
                    .results()
                    .forEach(found -> assertThat(folder.resolve(found.group(1)))
                            .as("%s", page)
                            .exists());
        }
    }

    /** With CRLF, no shell starts the launcher, and droplets would get other files than those of the tests. */
    @Test
    void gitKeepsLineEndsInACheckout() throws IOException {
        assertThat(Files.readAllLines(Path.of(".gitattributes"))).contains("* -text");
    }
}
