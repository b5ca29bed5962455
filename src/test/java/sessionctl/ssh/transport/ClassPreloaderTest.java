package sessionctl.ssh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.security.Security;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPreloaderTest {
    @TempDir
    private Path folder = Path.of("");

    /** A process of its own, because it has a Java without the algorithm of the key. */
    static final class Preloading {
        private Preloading() {}

        public static void main(String[] args) throws Exception {
            if (!args[0].isEmpty()) {
                Security.removeProvider(args[0]);
            }
            try {
                ClassPreloader.run();
            } catch (ProviderNotFoundException | NoSuchFileException e) {
                // The classes are in a folder here, not in a jar.
            }
            System.out.println("preloaded");
        }
    }

    @Test
    void itsTemporaryFolderIsRemovedAlsoWhenNoKeyCanBeMade() throws Exception {
        for (String removed : List.of("", "SunEC")) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-Djava.io.tmpdir=" + folder,
                            "-cp",
                            System.getProperty("java.class.path"),
                            Preloading.class.getName(),
                            removed)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertThat(process.inputReader().readLine()).isEqualTo("preloaded");
            assertThat(process.waitFor()).isZero();
            assertThat(folder).isEmptyDirectory();
        }
    }
}
