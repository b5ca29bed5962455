package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.AcceptAllPublickeyAuthenticator;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.DirectTcpipFactory;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.transport.SshjShells;

/** Servers whose commands end in ways that OpenSSH's do not. */
@Tag("slow")
@Timeout(20)
class UnusualCommandTest {
    private static final sessionctl.command.Command SOME = sessionctl.command.Command.of("some", "command");

    private static final String MARKS =
            "sh -c 'echo \"$0\"-stderr-begins >&2; echo \"$0\"-stdout-begins; exec \"$@\"'" + " sessionctl ";
    private static final byte[] LOGIN_MARK = "sessionctl-login-begins\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OUT_MARK = "sessionctl-stdout-begins\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ERR_MARK = "sessionctl-stderr-begins\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path home;

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private SshServer server;
    private SshjShells shells;

    /** The server's reaction to a command, instead of running it. */
    @FunctionalInterface
    private interface Behaviour {
        void run(ScriptedCommand command) throws Exception;
    }

    @BeforeEach
    void start() throws IOException {
        Path key = home.resolve("key");
        Files.writeString(key, TestKeys.PLAIN);
        TestKeys.onlyForMe(key);
        server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        SimpleGeneratorHostKeyProvider hostKeys = new SimpleGeneratorHostKeyProvider();
        hostKeys.setAlgorithm("EC");
        server.setKeyPairProvider(hostKeys);
        server.setPublickeyAuthenticator(AcceptAllPublickeyAuthenticator.INSTANCE);
        shells = new SshjShells(new SshOptions(
                home.resolve("known_hosts"),
                HostKeyPolicy.ACCEPT_NEW,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Prompter.UNATTENDED,
                name -> null,
                home));
    }

    @AfterEach
    void stop() throws IOException {
        shells.close();
        server.stop(true);
    }

    @Test
    void aCommandIsSentWithItsTimeLimit() throws Exception {
        serve(command -> command.exit(0));

        open("root").run(SOME.within(Duration.ofMillis(2500)));
        assertThat(lines).containsExactly(MARKS + "timeout -k 5 3 some command");
    }

    @Test
    void aLoginOtherThanRootChecksSudoOnceAndRunsThroughIt() throws Exception {
        serve(ScriptedCommand::echo);

        open("deploy").run(SOME);
        String sudo = "sh -c 'echo \"$0\"-login-begins; exec \"$@\"' sessionctl sudo -n -- " + MARKS;
        assertThat(lines).containsExactly(sudo + "timeout -k 5 10 cat", sudo + "timeout -k 5 60 some command");
    }

    @Test
    void aMissingSudoIsReportedAsNotInstalled() throws Exception {
        serveUnmarked(command -> {
            command.out.write(LOGIN_MARK);
            command.err.write("sh: 1: sudo: not found\n".getBytes(StandardCharsets.US_ASCII));
            command.exit(127);
        });
        assertFails(Kind.PRIVILEGE, () -> open("deploy")).hasMessageContaining("sudo is not installed");
    }

    @Test
    void aFailingCommandIsNotReportedAsARefusalOfSudo() throws Exception {
        serve(command -> {
            if (lines.size() == 1) {
                command.echo();
            } else {
                command.exit(1);
            }
        });

        assertThat(open("deploy").run(SOME).exit()).isEqualTo(1);
    }

    @Test
    void aSudoThatDropsTheInputIsRefused() throws Exception {
        serve(command -> command.exit(0));

        assertFails(Kind.PRIVILEGE, () -> open("deploy"))
                .hasMessageContaining("its sudo drops the input of commands")
                .hasMessageContaining("update-alternatives --set sudo /usr/bin/sudo.ws");
        assertThat(lines).hasSize(1);
    }

    @Test
    void aSudoThatDropsPartOfTheInputIsRefused() throws Exception {
        serve(command -> {
            command.in.skipNBytes(5);
            command.echo();
        });

        assertFails(Kind.PRIVILEGE, () -> open("deploy")).hasMessageContaining("drops");
    }

    /**
     * timeout(1) of uutils before 0.3.0 exits with 125 for a command that ended after SIGTERM; GNU's exits with 125 if
     * it fails itself.
     */
    @Test
    void anExitOf125AfterTheLimitCountsAsATimeout() throws Exception {
        serve(command -> {
            if (lines.size() == 1) {
                Thread.sleep(1200);
            }
            command.exit(125);
        });

        Shell shell = open("root");
        assertThat(shell.run(SOME.within(Duration.ofSeconds(1))).exit()).isEqualTo(124);
        assertThat(shell.run(SOME.within(Duration.ofSeconds(1))).exit()).isEqualTo(125);
    }

    @Test
    void aCommandThatEndsByASignalReturns128PlusItsNumber() throws Exception {
        serve(command -> {
            command.out.write('x');
            command.out.flush();
            command.signal("SEGV");
        });

        assertThat(open("root").run(SOME)).isEqualTo(new CommandResult(128 + 11, "x", ""));
    }

    @Test
    void aCommandThatEndsWithoutAStatusIsReportedLost() throws Exception {
        serve(command -> command.channel.close(false));

        assertFails(Kind.LOST, () -> open("root").run(SOME)).hasMessageContaining("without an exit status");
    }

    @Test
    void outputThatArrivesByteByByteIsReadCompletely() throws Exception {
        serve(command -> {
            for (int i = 0; i < 20; i++) {
                (i % 2 == 0 ? command.out : command.err).write('x');
                command.out.flush();
                command.err.flush();
                Thread.sleep(100);
            }
            command.exit(0);
        });

        assertThat(open("root").run(SOME)).isEqualTo(new CommandResult(0, "x".repeat(10), "x".repeat(10)));
    }

    @Test
    void aCommandThatEndsItsConnectionIsReportedLost() throws Exception {
        serve(command -> command.channel.getSession().close(true));

        assertFails(Kind.LOST, () -> open("root").run(SOME)).hasMessageContaining("the connection broke");
    }

    @Test
    void aServerThatRunsNoCommandsIsReported() throws Exception {
        server.setCommandFactory((channel, line) -> {
            throw new IOException("no commands here");
        });
        server.start();

        assertFails(Kind.PRIVILEGE, () -> open("root").run(SOME)).hasMessageContaining("not run commands");
    }

    @Test
    void aServerThatRefusesAnotherChannelIsReportedLost() throws Exception {
        server.setChannelFactories(List.of(DirectTcpipFactory.INSTANCE));
        serve(command -> command.exit(0));

        assertFails(Kind.LOST, () -> open("root").run(SOME)).hasMessageContaining("refuses to run another command");
    }

    @Test
    void whatALoginPrintsBeforeTheCommandIsLeftOut() throws Exception {
        serveUnmarked(command -> {
            command.out.write("\u001b[1mWelcome\u001b[0m\n".getBytes(StandardCharsets.US_ASCII));
            byte[] megabyte = new byte[1 << 20];
            for (int i = 0; i < 20; i++) {
                command.out.write(megabyte);
            }
            command.out.write("running: sh -c 'echo \"$0\"-stdout-begins'".getBytes(StandardCharsets.US_ASCII));
            command.err.write("bash: warning".getBytes(StandardCharsets.US_ASCII));
            command.mark();
            command.out.write("answer".getBytes(StandardCharsets.US_ASCII));
            command.err.write("error".getBytes(StandardCharsets.US_ASCII));
            command.exit(7);
        });

        assertThat(open("root").run(SOME)).isEqualTo(new CommandResult(7, "answer", "error"));
    }

    @Test
    void aMarkThatArrivesInPiecesIsFound() throws Exception {
        serveUnmarked(command -> {
            for (byte one : OUT_MARK) {
                command.out.write(one);
                command.out.flush();
                Thread.sleep(5);
            }
            command.out.write("answer".getBytes(StandardCharsets.US_ASCII));
            command.exit(0);
        });

        assertThat(open("root").run(SOME).stdout()).isEqualTo("answer");
    }

    /** ForceCommand wrappers send both streams to one. */
    @Test
    void bothMarksOnOneStreamAreLeftOut() throws Exception {
        serveUnmarked(command -> {
            command.out.write(ERR_MARK);
            command.out.write(OUT_MARK);
            command.out.write("answer".getBytes(StandardCharsets.US_ASCII));
            command.exit(0);
        });

        assertThat(open("root").run(SOME)).isEqualTo(new CommandResult(0, "answer", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        1   | ''                  | WARNING: expired       | exit 1), it printed "WARNING: expired"; log in by hand and do what it says: ssh -p PORT root@127.0.0.1 (old password
        1   | no account          | ''                     | exit 1), it printed "no account"; log in by hand
        1   | out                 | err                    | exit 1), it printed "err" and "out"; log in by hand
        1   | ''                  | ''                     | exit 1), it printed nothing; look at its login shell there (getent passwd root)
        142 | Please login as tux | ''                     | exit 142), it printed "Please login as tux"; if it names another user, set ssh.user
        0   | Please login as tux | ''                     | exit 0), it printed "Please login as tux"; if it names another user, set ssh.user
        """)
    void aSessionThatDoesNotRunTheCommandIsAFailedLoginThatQuotesIt(int exit, String out, String err, String expected)
            throws Exception {
        serveUnmarked(command -> {
            command.out.write(("****\n\u001b[31m" + out + "\u001b[0m\n").getBytes(StandardCharsets.US_ASCII));
            command.err.write(("\n" + err).getBytes(StandardCharsets.US_ASCII));
            command.exit(exit);
        });

        assertFails(Kind.LOGIN, () -> open("root").run(SOME))
                .hasMessageStartingWith("lamp01 (127.0.0.1): the login session of root ran no command (")
                .hasMessageContaining(expected.replace("PORT", "" + server.getPort()))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
        assertFails(Kind.LOGIN, () -> open("deploy")).hasMessageContaining("session of deploy ran no command");
    }

    /** As PAM does for an expired account: its words are the banner, and the connection ends. */
    @Test
    void aLoginThatIsRefusedAfterItsKeyWasAcceptedQuotesTheBanner() throws Exception {
        CoreModuleProperties.WELCOME_BANNER.set(server, "***\nYour account has expired\u0007\n");
        AtomicInteger asked = new AtomicInteger();
        server.setPublickeyAuthenticator((user, key, session) -> {
            if (asked.incrementAndGet() > 1) {
                session.close(true);
            }
            return true;
        });
        serve(command -> command.exit(0));

        assertFails(Kind.LOGIN, () -> open("deploy"))
                .hasMessage(
                        "lamp01 (127.0.0.1): the server accepts the key of deploy, but refuses the login (its banner:"
                                + " \"Your account has expired?\"); look there at sshd's log, ls /run/nologin, and chage -l"
                                + " deploy");
    }

    @Test
    void aRefusedKeyIsReportedWithTheBannerAndTheKey() throws Exception {
        CoreModuleProperties.WELCOME_BANNER.set(server, "Authorized use only\n");
        server.setPublickeyAuthenticator((user, key, session) -> false);
        serve(command -> command.exit(0));

        assertFails(Kind.LOGIN, () -> open("deploy"))
                .hasMessageContaining(
                        "the login of deploy was refused (its banner: \"Authorized use only\"); offered: ")
                .hasMessageContaining("authorized_keys");
    }

    @Test
    void aLoginThatDoesNotStopPrintingIsStopped() throws Exception {
        serveUnmarked(command -> {
            byte[] lines = "y\n".repeat(1 << 19).getBytes(StandardCharsets.US_ASCII);
            try {
                while (true) {
                    command.out.write(lines);
                }
            } catch (IOException e) {
                // The client closed the connection.
            }
        });

        assertFails(Kind.LOGIN, () -> open("root").run(SOME))
                .hasMessageContaining("does not stop printing, it printed \"y\"; log in by hand");
    }

    /** sudo exits with 1 for each of its reasons. */
    @Test
    void aSudoThatRefusesLaterIsNotTheResultOfTheCommand() throws Exception {
        serveUnmarked(command -> {
            command.out.write(LOGIN_MARK);
            if (lines.size() == 1) {
                command.out.write("Your account expires soon\n".getBytes(StandardCharsets.US_ASCII));
                command.mark();
                command.echo();
            } else {
                command.err.write("sudo: you must have a tty\n".getBytes(StandardCharsets.US_ASCII));
                command.exit(1);
            }
        });

        Shell shell = open("deploy");
        assertFails(Kind.PRIVILEGE, () -> shell.run(SOME))
                .hasMessageContaining("its message: \"sudo: you must have a tty\"")
                .hasMessageContaining("Defaults !requiretty");
    }

    private void serve(Behaviour behaviour) throws IOException {
        serveUnmarked(command -> {
            command.mark();
            behaviour.run(command);
        });
    }

    private void serveUnmarked(Behaviour behaviour) throws IOException {
        server.setCommandFactory((channel, line) -> {
            lines.add(line);
            return new ScriptedCommand(line, behaviour);
        });
        server.start();
    }

    private Shell open(String user) throws SshFailure {
        SshAccess access = new SshAccess(user, server.getPort(), "~/key", null, null);
        PublicAddress address = new PublicAddress("127.0.0.1");
        return shells.open(new Droplet("lamp01", address, new PrivateAddress("10.0.0.1"), access, null, false));
    }

    /** A command of the test server that behaves as the test decides. */
    @SuppressWarnings("NullAway.Init")
    private static final class ScriptedCommand implements Command {
        private final String line;
        private final Behaviour behaviour;
        private InputStream in;
        private OutputStream out;
        private OutputStream err;
        private ExitCallback callback;
        private ChannelSession channel;

        private ScriptedCommand(String line, Behaviour behaviour) {
            this.line = line;
            this.behaviour = behaviour;
        }

        /** Prints what the beginning of the command's line prints. */
        void mark() throws IOException {
            out.write(line.startsWith(MARKS) ? new byte[0] : LOGIN_MARK);
            err.write(ERR_MARK);
            out.write(OUT_MARK);
        }

        void exit(int status) throws IOException {
            out.flush();
            err.flush();
            callback.onExit(status);
        }

        void echo() throws IOException {
            in.transferTo(out);
            out.flush();
            exit(0);
        }

        void signal(String name) throws IOException {
            Buffer packet = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
            packet.putUInt(channel.getRecipient());
            packet.putString("exit-signal");
            packet.putBoolean(false);
            packet.putString(name);
            packet.putBoolean(false);
            packet.putString("");
            packet.putString("");
            channel.getSession().writePacket(packet);
            channel.close(false);
        }

        @Override
        public void start(ChannelSession session, @Nullable Environment environment) {
            channel = session;
            Thread thread = new Thread(() -> {
                try {
                    behaviour.run(this);
                } catch (Exception e) {
                    throw new AssertionError("the test's command failed", e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void destroy(ChannelSession session) {}

        @Override
        public void setInputStream(InputStream stream) {
            in = stream;
        }

        @Override
        public void setOutputStream(OutputStream stream) {
            out = stream;
        }

        @Override
        public void setErrorStream(OutputStream stream) {
            err = stream;
        }

        @Override
        public void setExitCallback(ExitCallback exit) {
            callback = exit;
        }
    }
}
