package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicOutputFileTest {
    @TempDir
    private Path folder = Path.of("");

    private static AtomicOutputFile file(Path path) {
        return new AtomicOutputFile("--html", path);
    }

    private Path link(String name, String target) throws IOException {
        return Files.createSymbolicLink(folder.resolve(name), Path.of(target));
    }

    @Test
    void aLinkStaysAndItsTargetIsWritten() throws IOException {
        Files.createDirectory(folder.resolve("there"));
        link("first", "there/second");
        link("there/second", "third");
        for (String text : new String[] {"new", "replaced"}) {
            file(folder.resolve("first")).refuseNowhere();
            file(folder.resolve("first")).write(text);
            assertThat(folder.resolve("first")).isSymbolicLink();
            assertThat(folder.resolve("there/third")).isRegularFile().hasContent(text);
        }
        assertThat(folder.resolve("there").toFile().list()).containsExactlyInAnyOrder("second", "third");
    }

    @Test
    void aLinkToNowhereIsRefusedBeforeAnythingBegins() throws IOException {
        link("lost", "missing/page.html");
        link("loop", "loop");
        Files.createDirectory(folder.resolve("folder"));
        link("folders", "folder");
        for (String name : new String[] {"lost", "loop", "folder", "folders", "missing/page.html"}) {
            assertThatThrownBy(() -> file(folder.resolve(name)).refuseNowhere())
                    .as(name)
                    .isInstanceOf(ActionFailure.class)
                    .hasMessageContaining("cannot be written; name another file");
        }
    }
}
