package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppendedFileTest {
    @TempDir
    private Path folder = Path.of("");

    private final List<String> warnings = new ArrayList<>();

    private PrintWriter open(Path path) {
        AppendedFile file = AppendedFile.open("--events", path);
        file.warn(warnings::add);
        return new PrintWriter(file);
    }

    @Test
    void linesAreAppendedAtEachFlushToAFileOfTheOwnerOnly() throws IOException {
        Path path = folder.resolve("events");
        for (String line : List.of("one\n", "zw\u00f6lf\n")) {
            PrintWriter file = open(path);
            file.print(line);
            file.flush();
        }
        assertThat(path).content().isEqualTo("one\nzw\u00f6lf\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(warnings).isEmpty();
    }

    @Test
    void aFullDiskIsReportedOnceAndDoesNotEndTheRun() {
        PrintWriter file = open(Path.of("/dev/full"));
        for (int i = 0; i < 3; i++) {
            file.println("event");
            file.flush();
        }
        assertThat(warnings)
                .containsExactly("warning: --events: /dev/full cannot be written (No space left on device). It ends"
                        + " here; the run continues.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "/dev/stdout", "/no-such-folder/events", "/"})
    void aFileThatCannotBeOpenedIsRefused(String path) {
        assertThatExceptionOfType(ActionFailure.class)
                .isThrownBy(() -> AppendedFile.open("--events", Path.of(path)))
                .satisfies(e -> {
                    assertThat(e.exitCode()).isEqualTo(5);
                    assertThat(e.sentence()).startsWith("--events: ").contains("name a");
                });
    }
}
