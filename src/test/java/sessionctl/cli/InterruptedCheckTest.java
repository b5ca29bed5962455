package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.ssh.TestKeys;

/** Ctrl-C on a pseudo-terminal of script(1), while a server does not answer. */
@Tag("slow")
@Timeout(60)
class InterruptedCheckTest {
    @TempDir
    private Path folder = Path.of("");

    private Process check(int port) throws IOException {
        Path key = Files.writeString(folder.resolve("key"), TestKeys.PLAIN);
        TestKeys.onlyForMe(key);
        Path inventory = Files.writeString(
                folder.resolve("shop.yml"),
                "ssh: {port: %d, key: %s}%ndroplets:%n- {name: lamp01, public_ip: 127.0.0.1, private_ip: 10.0.0.1}%n"
                        .formatted(port, key));
        List<String> words = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                "\"$CLASSES\"",
                "-Dsessionctl.tty.in=true",
                "-Dsessionctl.tty.out=true",
                "-Dsessionctl.tty.err=true",
                "sessionctl.cli.Main",
                "check",
                inventory.toString(),
                "--connect-timeout",
                "50",
                "--host-key-policy",
                "accept-new",
                "--known-hosts",
                folder.resolve("known").toString(),
                "--events",
                folder.resolve("events").toString());
        ProcessBuilder builder = new ProcessBuilder("script", "-qec", String.join(" ", words), "/dev/null");
        builder.environment().put("CLASSES", System.getProperty("java.class.path"));
        return builder.redirectErrorStream(true).start();
    }

    @Test
    void theProgressIsErasedAndTheEventsEndWithTheExitCode() throws Exception {
        StringBuilder seen = new StringBuilder();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process check = check(silent.getLocalPort());
            InputStream in = check.getInputStream();
            boolean interrupted = false;
            for (int next = in.read(); next >= 0; next = in.read()) {
                seen.append((char) next);
                // On a busy machine the first line may have its time already.
                if (!interrupted && next == '\n' && seen.indexOf(" connecting") >= 0) {
                    interrupted = true;
                    OutputStream keyboard = check.getOutputStream();
                    keyboard.write(3);
                    keyboard.flush();
                }
            }
            assertThat(check.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(check.exitValue()).isEqualTo(130);
        }
        assertThat(seen.toString()).contains("^C\r\u001b[2A", "\u001b[JInterrupted; nothing was changed.\r\n");
        String end = seen.substring(seen.indexOf("Interrupted;"));
        assertThat(end.endsWith("changed.\r\n") || end.endsWith("\r\u001b[2A\u001b[J"))
                .as(end)
                .isTrue();
        assertThat(Files.readString(folder.resolve("events"), StandardCharsets.UTF_8))
                .contains("\"event\":\"run\",\"command\":\"check\",\"exit_code\":130,")
                .endsWith("\"state\":\"failed\"}\n");
    }
}
