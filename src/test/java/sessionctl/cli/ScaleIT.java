package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A thousand droplets fit into the memory limit of the launcher, with each command. */
class ScaleIT {
    private static final String MEMORY = "256m";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "render, , 0",
        "bare, 'text,json,markdown', 2",
        "firewall, 'text,json', 2",
        "check, 'text,json,markdown', 0",
        "status, 'text,json,markdown,html', 0"
    })
    void aThousandDropletsFitIntoTheMemoryLimitOfTheLauncher(String command, String formats, int exit)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(ThousandDroplets.java(MEMORY));
        words.addAll(List.of("1000", folder.toString(), command));
        if (formats != null) {
            words.add(formats);
        }
        Path out = folder.resolve("stdout");
        Path err = folder.resolve("stderr");
        Process process = new ProcessBuilder(words)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(err)).isEmpty();
        assertThat(process.exitValue()).isEqualTo(exit);
        assertThat(Files.size(out)).isPositive();
    }

    @Test
    void theLauncherSetsThisMemoryLimit() throws IOException {
        assertThat(Files.readString(Path.of("sessionctl"))).contains("-Xmx" + MEMORY + " ");
    }
}
