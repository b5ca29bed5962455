package sessionctl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.guard.GuardProgram;

/** Checks each script with shellcheck or perlcritic, as .shellcheckrc and .perlcriticrc configure them. */
@Tag("slow") // needs shellcheck and perlcritic
class LintTest {
    private static final Path EARLIER_VERSION = Path.of("src/test/resources/previous");

    private static final List<Path> SOURCES = List.of(Path.of("src"), Path.of(".ci"), Path.of("sessionctl"));

    private static List<Path> sources() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path source : SOURCES) {
            try (Stream<Path> found = Files.walk(source)) {
                found.filter(file -> Files.isRegularFile(file) && !file.startsWith(EARLIER_VERSION))
                        .forEach(files::add);
            }
        }
        return files;
    }

    private static String firstLine(Path file) {
        try (Stream<String> lines = Files.lines(file, ISO_8859_1)) {
            return lines.findFirst().orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Lists the scripts with a shell in their first line, and all .sh files: bash reads those of the lab, a droplet's
     * sh the others.
     */
    static List<Path> shellScripts() throws IOException {
        return sources().stream()
                .filter(file ->
                        file.toString().endsWith(".sh") || firstLine(file).matches("#!.*\\b(ba)?sh\\b.*"))
                .sorted()
                .toList();
    }

    static List<Path> perlPrograms() throws IOException {
        return sources().stream()
                .filter(file -> file.toString().matches(".*[.](pl|pm|t)"))
                .sorted()
                .toList();
    }

    private static void assertSilent(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
    }

    @ParameterizedTest
    @MethodSource("shellScripts")
    void shellcheckAcceptsEveryScript(Path script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("shellcheck", "-x", "-f", "gcc"));
        if (!firstLine(script).startsWith("#!")) {
            command.addAll(List.of("-s", script.startsWith("src/lab") ? "bash" : "sh"));
        }
        command.add(script.toString());
        assertSilent(command.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("perlPrograms")
    void perlcriticAcceptsEveryProgram(Path program) throws IOException, InterruptedException {
        assertSilent("perlcritic", "--quiet", "--profile", ".perlcriticrc", program.toString());
    }

    @Test
    void perlCompilesTheGuard(@TempDir Path folder) throws IOException, InterruptedException {
        String file =
                Files.writeString(folder.resolve("guard"), GuardProgram.text()).toString();
        Process check = new ProcessBuilder("perl", "-c", file)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(check.getInputStream().readAllBytes(), UTF_8)).isEqualTo(file + " syntax OK\n");
    }
}
