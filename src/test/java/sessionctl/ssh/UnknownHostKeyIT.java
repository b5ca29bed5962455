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
import sessionctl.ssh.route.SshConfigFiles;
import sessionctl.ssh.transport.SshjShells;

/** Unknown host keys of real OpenSSH servers, with and without a person who can be asked. */
@Timeout(30)
class UnknownHostKeyIT {
    @TempDir
    static Path folder;

    private static RealSshd sshd;
    private static Path key;

    @TempDir
    Path home;

    private final List<String> questions = new ArrayList<>();
    private final List<String> printed = new ArrayList<>();
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
    void startWithoutKnownHosts() {
        knownHosts = home.resolve(".ssh/known_hosts");
        droplet = sshd.droplet("root", key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "YES", " yes "})
    void anUnknownKeyIsAddedToKnownHostsAfterAYes(String yes) throws Exception {
        answers.add(yes);
        try (SshjShells shells = shells("", true)) {
            shells.prepareLogins(List.of(droplet));
            assertThat(questions)
                    .containsExactly("The authenticity of host 'lamp01 (127.0.0.1)' can't be established.\n"
                            + "ED25519 key fingerprint is " + fingerprint() + ".\n"
                            + "Are you sure you want to continue connecting (yes/no/[fingerprint])? ");
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(Files.readString(knownHosts)).isEqualTo(sshd.knownHostsLine("host_ed25519"));
        try (SshjShells shells = shells("", true)) {
            shells.prepareLogins(List.of(droplet));
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(questions).hasSize(1);
    }

    @Test
    void anUnknownKeyIsAcceptedIfItsFingerprintIsTyped() throws Exception {
        answers.addAll(List.of("y", "SHA256:" + "A".repeat(43), fingerprint()));
        try (SshjShells shells = shells("", true)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(questions).hasSize(3).endsWith("Please type 'yes', 'no' or the fingerprint: ");
    }

    @Test
    void anUnknownKeyIsRefusedAfterANoAndNotAskedAboutAgain() throws Exception {
        answers.add("no");
        try (SshjShells shells = shells("", true)) {
            shells.prepareLogins(List.of(droplet));
            for (int i = 0; i < 2; i++) {
                assertFails(Kind.HOST_KEY, () -> shells.open(droplet))
                        .hasMessageContaining("its host key ssh-ed25519 " + fingerprint() + " is not in " + knownHosts);
            }
        }
        assertThat(questions).hasSize(1);
        assertThat(knownHosts).doesNotExist();
    }

    @Test
    void withoutATerminalAnUnknownKeyIsRefusedWithTheOptionThatAcceptsIt() throws Exception {
        try (SshjShells shells = shells("", false)) {
            shells.prepareLogins(List.of(droplet));
            assertFails(Kind.HOST_KEY, () -> shells.open(droplet))
                    .hasMessageContaining(fingerprint())
                    .hasMessageEndingWith("then run again with --host-key-policy accept-new");
        }
        assertThat(questions).isEmpty();
    }

    @Test
    void strictHostKeyCheckingRefusesOrAcceptsWithoutAQuestion() throws Exception {
        try (SshjShells shells = shells("StrictHostKeyChecking yes", true)) {
            assertFails(Kind.HOST_KEY, () -> shells.open(droplet));
        }
        try (SshjShells shells = shells("StrictHostKeyChecking accept-new", true)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(questions).isEmpty();
    }

    @Test
    void aPinnedKeyIsAcceptedWithoutAQuestion() throws Exception {
        try (SshjShells shells = shells("", true)) {
            Droplet pinned = sshd.droplet(key, fingerprint());
            shells.prepareLogins(List.of(pinned));
            assertThat(shells.open(pinned).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(questions).isEmpty();
    }

    @Test
    void everyJumpHostAndTheDropletAreAskedAbout() throws Exception {
        try (RealSshd outer = RealSshd.start(folder.resolve("outer"))) {
            outer.authorize(key);
            answers.addAll(List.of("yes", "yes"));
            List<JumpHost> jump = List.of(new JumpHost("root", "127.0.0.1", outer.port()));
            Droplet behind = sshd.droplet(
                    new SshAccess("root", sshd.port(), key.toString(), null, null, SshAccess.Address.PUBLIC, jump));
            try (SshjShells shells = shells("", true)) {
                shells.prepareLogins(List.of(behind));
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

    private static String shownFingerprint(RealSshd server) throws Exception {
        return "  lamp01 (127.0.0.1): ED25519 " + fingerprint(server.knownHostsLine("host_ed25519")) + "\n";
    }

    @Test
    void severalKeysAreAcceptedTogetherOnceTheirFingerprintsWereShown() throws Exception {
        try (RealSshd second = RealSshd.start(folder.resolve("second"));
                RealSshd third = RealSshd.start(folder.resolve("third"));
                SshjShells shells = shells("", true)) {
            second.authorize(key);
            third.authorize(key);
            List<Droplet> droplets = List.of(droplet, second.droplet("root", key), third.droplet("root", key));
            answers.addAll(List.of("a", "maybe", "yes"));
            shells.prepareLogins(droplets);
            for (Droplet one : droplets) {
                assertThat(shells.open(one).run(Command.of("true")).ok()).isTrue();
            }
            assertThat(questions).hasSize(3);
            assertThat(questions.get(0))
                    .contains(fingerprint(), "(yes/no/all/[fingerprint])? ")
                    .doesNotContain(shownFingerprint(second));
            assertThat(questions.get(1))
                    .isEqualTo("The authenticity of these hosts can't be established:\n" + shownFingerprint(second)
                            + shownFingerprint(third) + "Accept these 2 keys (yes/no)? ");
            assertThat(Files.readString(knownHosts))
                    .contains(
                            sshd.knownHostsLine("host_ed25519"),
                            second.knownHostsLine("host_ed25519"),
                            third.knownHostsLine("host_ed25519"));
        }
    }

    @Test
    void severalKeysAreRefusedTogetherAfterANo() throws Exception {
        try (RealSshd second = RealSshd.start(folder.resolve("second-no"));
                SshjShells shells = shells("", true)) {
            second.authorize(key);
            Droplet other = second.droplet("root", key);
            answers.addAll(List.of("all", "no"));
            shells.prepareLogins(List.of(droplet, other));
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
            assertFails(Kind.HOST_KEY, () -> shells.open(other));
            assertThat(questions).hasSize(2).last().asString().endsWith("Accept this key (yes/no)? ");
            assertThat(Files.readString(knownHosts)).isEqualTo(sshd.knownHostsLine("host_ed25519"));
        }
    }

    @Test
    void aKeyBehindAJumpHostIsShownOnceTheJumpHostIsAccepted() throws Exception {
        try (RealSshd outer = RealSshd.start(folder.resolve("outer-all"));
                RealSshd inner = RealSshd.start(folder.resolve("inner-all"));
                SshjShells shells = shells("", true)) {
            outer.authorize(key);
            inner.authorize(key);
            List<JumpHost> jump = List.of(new JumpHost("root", "127.0.0.1", outer.port()));
            Droplet behind = inner.droplet(
                    new SshAccess("root", inner.port(), key.toString(), null, null, SshAccess.Address.PUBLIC, jump));
            answers.addAll(List.of("all", "yes", "yes"));
            shells.prepareLogins(List.of(droplet, behind));
            assertThat(shells.open(behind).run(Command.of("true")).ok()).isTrue();
            assertThat(questions).hasSize(3);
            assertThat(questions.get(1)).contains("jump host root@127.0.0.1:" + outer.port());
            assertThat(questions.get(2)).contains(shownFingerprint(inner));
        }
    }

    @Test
    void aNewKeyIsWrittenHashedWithHashKnownHosts() throws Exception {
        try (SshjShells shells = shells("HashKnownHosts yes\nStrictHostKeyChecking accept-new", false)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(Files.readString(knownHosts)).startsWith("|1|").doesNotContain("127.0.0.1");
        String name = "[127.0.0.1]:" + sshd.port();
        assertThat(Host.run("ssh-keygen", "-F", name, "-f", knownHosts.toString()))
                .contains("ssh-ed25519");
    }

    @Test
    void aNewKeyIsWrittenToTheFirstUserKnownHostsFile() throws Exception {
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
    void withoutAKnownHostsFileAnAcceptedKeyIsRememberedForTheRun(String file) throws Exception {
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
    void anAcceptedKeyThatCannotBeWrittenIsTrustedWithAWarning() throws Exception {
        answers.add("yes");
        try (SshjShells shells = shells("UserKnownHostsFile /proc/none/known_hosts", true)) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertThat(printed).singleElement().asString().contains("could not be added to known_hosts");
    }

    /** Returns the fingerprint of the key in a line of known_hosts. */
    private static String fingerprint(String line) throws Exception {
        Path file = Files.writeString(folder.resolve("line"), line);
        return Host.run("ssh-keygen", "-lf", file.toString()).split(" ", -1)[1];
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
        Prompter operator = new Prompter() {
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
            public void print(String sentence) {
                printed.add(sentence);
            }
        };
        Duration limit = Duration.ofSeconds(5);
        SshOptions options = new SshOptions(null, null, limit, Duration.ofSeconds(1), operator, name -> null, home);
        return new SshjShells(options, SshConfigFiles.read(List.of(file), home, name -> null));
    }
}
