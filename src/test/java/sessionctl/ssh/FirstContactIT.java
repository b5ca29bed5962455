package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.command.Command;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.SshFailure.Kind;

/** A real OpenSSH server that nobody has met before, with and without somebody to ask. */
@Timeout(30)
class FirstContactIT {
    @TempDir
    static Path folder;

    private static RealSshd sshd;
    private static Path key;

    @TempDir
    Path home;

    private final List<String> questions = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Deque<String> answers = new ArrayDeque<>();
    private Path knownHosts;
    private Droplet droplet;

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

    @BeforeEach
    void knowNobody() {
        knownHosts = home.resolve(".ssh/known_hosts");
        droplet = sshd.droplet("root", key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "YES", " yes "})
    void isTrustedForEverAfterAYes(String yes) throws Exception {
        answers.add(yes);
        try (SshjShells shells = shells("", true)) {
            shells.checkKeys(List.of(droplet));
            assertThat(questions)
                    .containsExactly("The authenticity of host 'lamp01 (127.0.0.1)' can't be established.\n"
                            + "ED25519 key fingerprint is " + fingerprint() + ".\n"
                            + "Are you sure you want to continue connecting (yes/no/[fingerprint])? ");
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(Files.readString(knownHosts)).isEqualTo(sshd.knownHostsLine("host_ed25519"));
        try (SshjShells shells = shells("", true)) {
            shells.checkKeys(List.of(droplet));
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(questions).hasSize(1);
    }

    @Test
    void isTrustedIfTheFingerprintIsTyped() throws Exception {
        answers.addAll(List.of("y", "SHA256:" + "A".repeat(43), fingerprint()));
        try (SshjShells shells = shells("", true)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(questions).hasSize(3).endsWith("Please type 'yes', 'no' or the fingerprint: ");
    }

    @Test
    void isRefusedAfterANoAndNotAskedAboutAgain() throws Exception {
        answers.add("no");
        try (SshjShells shells = shells("", true)) {
            shells.checkKeys(List.of(droplet));
            for (int i = 0; i < 2; i++) {
                assertFails(Kind.HOST_KEY, () -> shells.open(droplet))
                        .hasMessageContaining("its host key ssh-ed25519 " + fingerprint() + " is not in " + knownHosts);
            }
        }
        assertThat(questions).hasSize(1);
        assertThat(knownHosts).doesNotExist();
    }

    @Test
    void isRefusedWhereNobodyCanBeAskedWithTheWayOut() throws Exception {
        try (SshjShells shells = shells("", false)) {
            shells.checkKeys(List.of(droplet));
            assertFails(Kind.HOST_KEY, () -> shells.open(droplet))
                    .hasMessageContaining(fingerprint())
                    .hasMessageEndingWith("then run again with --host-key-policy accept-new");
        }
        assertThat(questions).isEmpty();
    }

    @Test
    void isRefusedOrTrustedUnaskedIfThatIsConfigured() throws Exception {
        try (SshjShells shells = shells("StrictHostKeyChecking yes", true)) {
            assertFails(Kind.HOST_KEY, () -> shells.open(droplet));
        }
        try (SshjShells shells = shells("StrictHostKeyChecking accept-new", true)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(questions).isEmpty();
    }

    @Test
    void isNoContactAtAllWithAPinnedKey() throws Exception {
        try (SshjShells shells = shells("", true)) {
            Droplet pinned = sshd.droplet(key, fingerprint());
            shells.checkKeys(List.of(pinned));
            assertThat(shells.open(pinned).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(questions).isEmpty();
    }

    @Test
    void isAskedAboutEveryHopOnTheWay() throws Exception {
        try (RealSshd outer = RealSshd.start(folder.resolve("outer"))) {
            outer.authorize(key);
            answers.addAll(List.of("yes", "yes"));
            List<JumpHost> jump = List.of(new JumpHost("root", "127.0.0.1", outer.port()));
            Droplet behind = sshd.droplet(
                    new SshAccess("root", sshd.port(), key.toString(), null, null, SshAccess.Address.PUBLIC, jump));
            try (SshjShells shells = shells("", true)) {
                shells.checkKeys(List.of(behind));
                assertThat(shells.open(behind).run(Command.of("true")).ok()).isTrue();
            }
            assertThat(questions)
                    .hasSize(2)
                    .first()
                    .asString()
                    .contains("'lamp01 (127.0.0.1): jump host root@127.0.0.1:" + outer.port() + "'");
            assertThat(Files.readString(knownHosts))
                    .isEqualTo(outer.knownHostsLine("host_ed25519") + sshd.knownHostsLine("host_ed25519"));
        }
    }

    @Test
    void isWrittenDownHashedIfThatIsConfigured() throws Exception {
        try (SshjShells shells = shells("HashKnownHosts yes\nStrictHostKeyChecking accept-new", false)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(Files.readString(knownHosts)).startsWith("|1|").doesNotContain("127.0.0.1");
        String name = "[127.0.0.1]:" + sshd.port();
        assertThat(Host.run("ssh-keygen", "-F", name, "-f", knownHosts.toString()))
                .contains("ssh-ed25519");
    }

    @Test
    void isWrittenIntoTheFileThatIsConfigured() throws Exception {
        Path mine = home.resolve("mine");
        Path more = Files.writeString(home.resolve("more"), "");
        String text = "UserKnownHostsFile " + mine + " " + more + "\nStrictHostKeyChecking accept-new";
        try (SshjShells shells = shells(text, false)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(Files.readString(mine)).isEqualTo(sshd.knownHostsLine("host_ed25519"));
        Files.move(mine, more, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (SshjShells shells = shells("UserKnownHostsFile " + mine + " " + more, false)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(mine).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "/dev/null"})
    void isRememberedAsLongAsTheRunLastsWhereNothingIsToBeWrittenDown(String file) throws Exception {
        answers.add("yes");
        try (SshjShells shells = shells("UserKnownHostsFile " + file, true)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(questions).hasSize(1);
        assertThat(knownHosts).doesNotExist();
        try (SshjShells shells = shells("UserKnownHostsFile " + file, false)) {
            assertFails(Kind.HOST_KEY, () -> shells.open(droplet));
        }
    }

    @Test
    void isTrustedAfterAYesThoughItCannotBeWrittenDownWhichIsSaid() throws Exception {
        answers.add("yes");
        try (SshjShells shells = shells("UserKnownHostsFile /proc/none/known_hosts", true)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(told).singleElement().asString().contains("could not be added to known_hosts");
    }

    private static String fingerprint() throws Exception {
        return Host.run(
                        "ssh-keygen",
                        "-lf",
                        folder.resolve("sshd/host_ed25519.pub").toString())
                .split(" ", -1)[1];
    }

    private SshjShells shells(String config, boolean attended) throws IOException {
        Path file = Files.writeString(home.resolve("config"), config);
        Operator operator = new Operator() {
            @Override
            public char @Nullable [] passphrase(Path keyFile) {
                return null;
            }

            @Override
            public boolean attended() {
                return attended;
            }

            @Override
            public @Nullable String answer(String question) {
                questions.add(question);
                return answers.poll();
            }

            @Override
            public void tell(String sentence) {
                told.add(sentence);
            }
        };
        Duration limit = Duration.ofSeconds(5);
        SshOptions options = new SshOptions(null, null, limit, Duration.ofSeconds(1), operator, name -> null, home);
        return new SshjShells(options, SshConfigFiles.read(List.of(file), home, name -> null));
    }
}
