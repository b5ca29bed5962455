package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The environment of stty, the program that switches the terminal's echo off. */
class HiddenInputTest {
    @TempDir
    private Path folder = Path.of("");

    /** Reads hidden input in its own process, because a process cannot change its own environment. */
    static final class Asking {
        private Asking() {}

        public static void main(String[] args) {
            HiddenInput.on(Path.of(args[0]), "password: ");
        }
    }

    private Process asking(String script) throws IOException {
        Path stty = Files.writeString(folder.resolve("stty"), "#!/bin/sh\n" + script);
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
        return builder.inheritIO().start();
    }

    @Test
    void sttyDoesNotInheritThePassword() throws Exception {
        Path calls = folder.resolve("calls");
        assertThat(asking("echo \"stty ${SESSIONCTL_SUDO_PASSWORD-nothing}\" >>" + calls + "\n")
                        .waitFor())
                .isZero();
        assertThat(calls).content().contains("stty nothing\n").doesNotContain("secret");
    }

    @Test
    @Tag("slow")
    void sttyThatHangsIsEnded() throws Exception {
        Path pid = folder.resolve("pid");
        Process asking = asking("echo $$ >" + pid + "\nexec sleep 60\n");
        try {
            assertThat(asking.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            asking.destroyForcibly();
        }
        assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())))
                .matches(stty -> stty.isEmpty() || !stty.get().isAlive());
    }
}
