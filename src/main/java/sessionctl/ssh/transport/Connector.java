package sessionctl.ssh.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import net.schmizz.sshj.Config;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.auth.AuthKey;
import sessionctl.ssh.auth.KeyRing;
import sessionctl.ssh.hostkey.HostKeyCheck;
import sessionctl.ssh.hostkey.HostKeyPrompter;
import sessionctl.ssh.net.ConnectionMonitor;
import sessionctl.ssh.net.DeadlineSocket;
import sessionctl.ssh.route.SshErrorMessages;
import sessionctl.ssh.route.Target;

/**
 * Logs in, with retries: for another host key, after a question to the operator, after a jump host was lost, or when
 * the server temporarily refuses connections.
 */
final class Connector {
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long MAX_PAUSE_MILLIS = 2000;

    private final SshOptions options;
    private final KeyRing keys;
    private final ConnectionMonitor monitor;
    private final HostKeyPrompter prompter;
    private final JumpHosts jumpHosts = new JumpHosts();
    private final Config config = new SshAlgorithms();

    Connector(SshOptions options, KeyRing keys, ConnectionMonitor monitor) {
        this.options = options;
        this.keys = keys;
        this.monitor = monitor;
        this.prompter = new HostKeyPrompter(options);
    }

    /**
     * Asks about all unknown host keys on the routes to these droplets, before other output appears on the terminal.
     */
    void askAboutUnknownHostKeys(List<Target> targets) {
        for (int i = 0; i < targets.size(); i++) {
            List<Target> others = targets.subList(i + 1, targets.size());
            prompter.setMoreQuestions(() -> others.stream().anyMatch(this::unknown));
            askAboutUnknownHostKeys(targets.get(i));
        }
        prompter.setMoreQuestions(() -> false);
        // A jump host that is trusted now may give access to servers that could not show their keys before.
        while (prompter.askAboutCollected()) {
            targets.forEach(this::askAboutUnknownHostKeys);
        }
    }

    private boolean unknown(Target target) {
        for (Target next = target; next != null; next = next.previousHop()) {
            if (prompter.wouldAsk(HostKeyCheck.of(next, options))) {
                return true;
            }
        }
        return false;
    }

    private void askAboutUnknownHostKeys(Target target) {
        if (!unknown(target)) {
            return;
        }
        try {
            close(connect(target).socket());
        } catch (SshFailure e) {
            // The run itself meets the failure again and reports it.
        }
    }

    /** Connects, checks the host key and logs in. */
    Connection connect(Target target) throws SshFailure {
        return connect(target, options.connectTimeout());
    }

    /**
     * Connects, checks the host key and logs in. A server that temporarily refuses connections is retried no longer
     * than the patience and the connect timeout.
     */
    Connection connect(Target target, Duration patience) throws SshFailure {
        List<AuthKey> offered = keys.keysFor(target);
        HostKeyCheck hostKey = HostKeyCheck.of(target, options);
        long start = System.nanoTime();
        boolean jumped = false;
        for (int turnedAway = 0; ; ) {
            Connection via = connectionTo(target);
            LoginAttempt attempt = handshake(hostKey, via);
            monitor.add(attempt.wire());
            try {
                return new Connection(attempt.login(offered), attempt.wire());
            } catch (IOException | RuntimeException e) {
                close(attempt.wire());
                if (attempt.closedBeforeGreeting(e) && mayTryAgain(start, patience) && pause(turnedAway)) {
                    turnedAway++;
                } else if (!jumped && lost(via)) {
                    jumped = true;
                } else if (!prompter.askIfUnknown(hostKey) && !hostKey.mayPassOnRetry()) {
                    throw attempt.explain(e, offered, () -> keys.describeNotOffered(target, offered));
                }
            }
        }
    }

    private @Nullable Connection connectionTo(Target target) throws SshFailure {
        if (target.previousHop() == null) {
            return null;
        }
        try {
            return jumpHosts.connectTo(target.previousHop(), this::connect);
        } catch (SshFailure e) {
            // A penalty of the jump host's sshd is not a penalty of the droplet behind it.
            throw e.kind() == SshFailure.Kind.PENALTY
                    ? new SshFailure(SshFailure.Kind.UNREACHABLE, e.sentence(), e)
                    : e;
        }
    }

    /**
     * Returns true if the connection to the jump host was lost unnoticed, so that the next attempt opens another one.
     */
    private static boolean lost(@Nullable Connection via) {
        return via != null && !via.isAlive();
    }

    private LoginAttempt handshake(HostKeyCheck hostKey, @Nullable Connection via) throws SshFailure {
        Target target = hostKey.target();
        try {
            return new LoginAttempt(hostKey, options, config, via == null ? null : via.client());
        } catch (IOException e) {
            String sentence =
                    "this machine cannot open another socket (" + SshErrorMessages.root(e) + "); lower --concurrency";
            throw SshErrorMessages.failure(target, SshFailure.Kind.UNREACHABLE, sentence, e);
        }
    }

    private void close(DeadlineSocket socket) {
        monitor.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // The attempt failed already; its own exception is reported.
        }
    }

    private boolean mayTryAgain(long start, Duration patience) {
        Duration longest = patience.compareTo(options.connectTimeout()) < 0 ? patience : options.connectTimeout();
        return System.nanoTime() - start < longest.toNanos();
    }

    private static boolean pause(int before) {
        long pause = Math.min(FIRST_PAUSE_MILLIS << Math.min(before, 10), MAX_PAUSE_MILLIS);
        try {
            Thread.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
