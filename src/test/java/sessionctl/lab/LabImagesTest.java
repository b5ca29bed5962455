package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images of the lab: one table names them all, and each is stored under the digest of its own files. */
class LabImagesTest {
    private static final Path SCRIPTS = Path.of("src/lab");

    @TempDir
    private Path folder;

    @Test
    void theProgramAndTheScriptsListTheSameImages() throws Exception {
        assertThat(LabScript.images())
                .contains("debian:11", "debian:12", "debian:13", "debian:14")
                .doesNotHaveDuplicates();
        assertThat(bash(SCRIPTS, "image_names").lines()).containsExactlyElementsOf(LabScript.images());
        assertThat(bash(SCRIPTS, "! (require_image_name debian:1)")).contains(LabScript.images());
    }

    @Test
    void everyImageHasAReleaseAndAStopSignal() throws Exception {
        for (String image : LabScript.images()) {
            assertThat(bash(SCRIPTS, "load_recipe " + image + "; echo $RELEASE $STOP_SIGNAL")
                            .strip())
                    .as(image)
                    .matches("[a-z]+ [A-Z0-9+]+");
        }
    }

    @Test
    void everyVariantFileBelongsToAnImage() throws IOException {
        List<String> names = new ArrayList<>();
        for (String image : LabScript.images()) {
            names.add(image.replace(':', '-') + ".sh");
            names.add(image.replaceAll(":.*", "") + ".sh");
        }
        Path variants = SCRIPTS.resolve("variants");
        if (Files.exists(variants)) {
            try (Stream<Path> files = Files.list(variants)) {
                assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf(names);
            }
        }
    }

    @Test
    void aVariantChangesItsOwnImageOnly() throws Exception {
        copyScripts();
        String before = bash(folder, "image_dir debian:12; image_dir debian:13");
        Files.createDirectories(folder.resolve("variants"));
        Files.writeString(folder.resolve("variants/debian-13.sh"), "IMAGE_PACKAGES+=(less)\nSTOP_SIGNAL=PWR\n");
        String after = bash(folder, "image_dir debian:12; image_dir debian:13");
        assertThat(after.lines().findFirst()).isEqualTo(before.lines().findFirst());
        assertThat(after).isNotEqualTo(before);
        assertThat(bash(folder, "load_recipe debian:13; echo ${IMAGE_PACKAGES[-1]} $STOP_SIGNAL"))
                .isEqualTo("less PWR\n");
    }

    @Test
    void theFileOfAFamilyIsReadBeforeThatOfTheVariant() throws Exception {
        copyScripts();
        Files.writeString(folder.resolve("images"), "kin:1 bookworm\nkin:2 trixie\n");
        Files.createDirectories(folder.resolve("variants"));
        Files.writeString(folder.resolve("variants/kin.sh"), "finish_variant() { echo family; }\nORDER=family\n");
        Files.writeString(folder.resolve("variants/kin-2.sh"), "ORDER=\"$ORDER then own\"\n");
        assertThat(bash(folder, "load_recipe kin:2; finish_variant; echo $RELEASE $ORDER"))
                .isEqualTo("family\ntrixie family then own\n");
        assertThat(bash(folder, "load_recipe kin:1; echo $RELEASE $ORDER")).isEqualTo("bookworm family\n");
    }

    /** Without it, the overlay cannot be mounted, which looks like a file system that has no overlays. */
    @Test
    void aMissingImageIsNamedBeforeTheDiskIsTouched() throws Exception {
        Path image = Files.createDirectories(folder.resolve("image/root")).getParent();
        Path host = Files.createDirectories(folder.resolve("state/hosts/lamp01"));
        Files.writeString(host.resolve("image"), image + "\n");
        String disk = "source $LAB_HOME/disk.sh; STATE=" + folder + "/state; disk_remove() { echo removed; exit; };"
                + " (disk_make lamp01) 2>&1 || :";
        assertThat(bash(SCRIPTS, disk)).isEqualTo("removed\n");
        Files.createFile(host.resolve("installed"));
        assertThat(bash(SCRIPTS, disk))
                .contains("the image of host 'lamp01', " + image + ", is gone; run 'lab down', then 'lab up'")
                .doesNotContain("removed");
    }

    private void copyScripts() throws IOException {
        for (String file : List.of("common.sh", "recipe.sh", "image.sh", "images")) {
            Files.copy(SCRIPTS.resolve(file), folder.resolve(file));
        }
    }

    /** Returns the output of a script that may use the lab's functions. */
    private static String bash(Path scripts, String words) throws IOException, InterruptedException {
        String load = "set -euo pipefail; LAB_HOME=" + scripts.toAbsolutePath()
                + "; for part in common recipe image; do source $LAB_HOME/$part.sh; done; ";
        Process process = new ProcessBuilder("bash", "-c", load + words)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
