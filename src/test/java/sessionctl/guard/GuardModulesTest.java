package sessionctl.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the tests of the guard's modules, which are in Perl. */
class GuardModulesTest {
    static List<Path> tests() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/guard/t"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("tests")
    void modulesPass(Path test) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("perl", "-Isrc/guard", test.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).containsPattern("(?m)^ok 10 ").doesNotContain("\nnot ok");
    }
}
