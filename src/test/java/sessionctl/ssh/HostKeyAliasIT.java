package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.command.Command;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.route.SshConfigFiles;
import sessionctl.ssh.transport.SshjShells;

/** The name under which known_hosts is searched for a host key, with HostKeyAlias and HostName. */
@Timeout(30)
class HostKeyAliasIT {
    @TempDir
    static Path folder;

    private static RealSshd sshd;
    private static Path key;

    @TempDir
    Path home;

    @BeforeAll
    static void start() throws Exception {
        sshd = RealSshd.start(folder.resolve("sshd"));
        key = Host.keygen(folder.resolve("key"), "-t", "ed25519");
        sshd.authorize(key);
    }

    @AfterAll
    static void stop() {
        sshd.close();
    }

    @ParameterizedTest
    @CsvSource({
        "HostKeyAlias Shop1, shop1, true",
        "HostKeyAlias shop1, '[shop1]:PORT', false",
        "HostKeyAlias shop1, '[127.0.0.1]:PORT', false",
        "Match host lamp01; HostKeyAlias shop1, shop1, true",
        "Match host 127.0.0.1; HostKeyAlias shop1, shop1, true",
        "HostName shop1.example.com, '[shop1.example.com]:PORT', true",
        "HostName shop1.example.com, shop1.example.com, true",
        "HostName shop1.example.com, '[127.0.0.1]:PORT', true",
        "HostName 203.0.113.9, '[203.0.113.9]:PORT', false",
        "Host lamp01, lamp01, false",
    })
    void knownHostsIsSearchedForTheConfiguredName(String configuration, String name, boolean known) throws Exception {
        Files.writeString(home.resolve("known_hosts"), line(name));
        try (SshjShells shells = shells(configuration, HostKeyPolicy.STRICT)) {
            if (known) {
                assertThat(shells.open(sshd.droplet("root", key))
                                .run(Command.of("true"))
                                .ok())
                        .isTrue();
            } else {
                assertFails(Kind.HOST_KEY, () -> shells.open(sshd.droplet("root", key)))
                        .hasMessageContaining("is not in");
            }
        }
    }

    @Test
    void aNewKeyIsWrittenUnderTheAlias() throws Exception {
        try (SshjShells shells = shells("HostKeyAlias shop1", HostKeyPolicy.ACCEPT_NEW)) {
            shells.open(sshd.droplet("root", key)).close();
        }
        assertThat(home.resolve("known_hosts")).hasContent(line("shop1"));
    }

    @Test
    void aChangedKeyIsReportedUnderTheAlias() throws Exception {
        Path other = Host.keygen(home.resolve("other"), "-t", "ed25519");
        Files.writeString(home.resolve("known_hosts"), "shop1 " + Files.readString(Path.of(other + ".pub")));
        try (SshjShells shells = shells("HostKeyAlias shop1", HostKeyPolicy.ACCEPT_NEW)) {
            assertFails(Kind.HOST_KEY, () -> shells.open(sshd.droplet("root", key)))
                    .hasMessageContaining("its host key has changed")
                    .hasMessageContaining("known_hosts -R 'shop1'");
        }
    }

    private static String line(String name) throws IOException {
        String place = name.replace("PORT", Integer.toString(sshd.port()));
        return sshd.knownHostsLine("host_ed25519").replaceFirst("^\\S+", place);
    }

    private SshjShells shells(String configuration, HostKeyPolicy policy) throws IOException {
        Path file = Files.writeString(home.resolve("config"), configuration.replace("; ", "\n") + "\n");
        SshOptions options = new SshOptions(
                home.resolve("known_hosts"),
                policy,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Prompter.UNATTENDED,
                name -> null,
                home);
        return new SshjShells(options, SshConfigFiles.read(List.of(file), home, name -> null));
    }
}
