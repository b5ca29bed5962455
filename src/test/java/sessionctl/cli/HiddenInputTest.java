package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program that switches the echo off is told. */
class HiddenInputTest {
    @TempDir
    private Path folder = Path.of("");

    /** A process of its own, because no process can change its own environment. */
    static final class Asking {
        private Asking() {}

        public static void main(String[] args) {
            HiddenInput.on(Path.of(args[0]), "password: ");
        }
    }

    @Test
    void sttyDoesNotInheritThePassword() throws Exception {
        Path told = folder.resolve("told");
        Path stty = Files.writeString(
                folder.resolve("stty"),
                "#!/bin/sh\necho \"stty ${SESSIONCTL_SUDO_PASSWORD-nothing}\" >>" + told + "\n");
        Files.setPosixFilePermissions(stty, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path terminal = Files.writeString(folder.resolve("terminal"), "typed\n");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Asking.class.getName(),
                terminal.toString());
        builder.environment().put("SESSIONCTL_SUDO_PASSWORD", "secret");
        builder.environment().put("PATH", folder + ":/usr/bin:/bin");
        assertThat(builder.inheritIO().start().waitFor()).isZero();
        assertThat(told).content().contains("stty nothing\n").doesNotContain("secret");
    }
}
