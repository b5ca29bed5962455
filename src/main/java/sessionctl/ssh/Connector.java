package sessionctl.ssh;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import net.schmizz.sshj.Config;
import org.jspecify.annotations.Nullable;

/** Logs in, as often as it takes: with another host key, after a question, or when fewer others log in. */
final class Connector {
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 2000;

    private final SshOptions options;
    private final KeyRing keys;
    private final Watch watch;
    private final Acquaintances acquaintances;
    private final JumpHosts jumpHosts = new JumpHosts();
    private final Config config = new ModernConfig();

    Connector(SshOptions options, KeyRing keys, Watch watch) {
        this.options = options;
        this.keys = keys;
        this.watch = watch;
        this.acquaintances = new Acquaintances(options);
    }

    /** Asks now, while nothing else is on the terminal, about whatever is unknown on the way to a droplet. */
    void introduce(Target target) {
        for (Target next = target; next != null; next = next.via()) {
            if (acquaintances.wouldAsk(HostKeyCheck.of(next, options))) {
                try {
                    end(connect(target).wire());
                } catch (SshFailure e) {
                    // The run itself meets and tells it.
                }
                return;
            }
        }
    }

    /** Connects, checks the host key, logs in. */
    Connection connect(Target target) throws SshFailure {
        return connect(target, options.connectTimeout());
    }

    /** The same; a server that turns us away for a time is tried again no longer than this. */
    Connection connect(Target target, Duration patience) throws SshFailure {
        List<LoginKey> offered = keys.keysFor(target);
        HostKeyCheck hostKey = HostKeyCheck.of(target, options);
        long start = System.nanoTime();
        boolean jumped = false;
        for (int turnedAway = 0; ; ) {
            Connection via = via(target);
            Handshake handshake = handshake(hostKey, via);
            watch.add(handshake.wire());
            try {
                return new Connection(handshake.login(offered), handshake.wire());
            } catch (IOException | RuntimeException e) {
                end(handshake.wire());
                if (handshake.turnedAway(e) && mayTryAgain(start, patience) && paused(turnedAway)) {
                    turnedAway++;
                } else if (!jumped && lost(via)) {
                    jumped = true;
                } else if (!acquaintances.made(hostKey) && !hostKey.worthAnotherTry()) {
                    throw handshake.explain(e, offered, () -> keys.aside(target, offered));
                }
            }
        }
    }

    private @Nullable Connection via(Target target) throws SshFailure {
        if (target.via() == null) {
            return null;
        }
        try {
            return jumpHosts.to(target.via(), this::connect);
        } catch (SshFailure e) {
            // What the jump host's sshd refuses says nothing about the droplet behind it.
            throw e.kind() == SshFailure.Kind.PENALTY
                    ? new SshFailure(SshFailure.Kind.UNREACHABLE, e.sentence(), e)
                    : e;
        }
    }

    /** Whether the jump host was lost before anybody noticed, so that there is a new connection to it next time. */
    private static boolean lost(@Nullable Connection via) {
        return via != null && !via.alive();
    }

    private Handshake handshake(HostKeyCheck hostKey, @Nullable Connection via) throws SshFailure {
        Target target = hostKey.target();
        try {
            return new Handshake(hostKey, options, config, via == null ? null : via.client());
        } catch (IOException e) {
            String sentence = "this machine gives out no socket (" + Trouble.root(e) + "); lower --concurrency";
            throw Trouble.at(target, SshFailure.Kind.UNREACHABLE, sentence, e);
        }
    }

    private void end(Wire wire) {
        watch.remove(wire);
        try {
            wire.close();
        } catch (IOException e) {
            // It failed already.
        }
    }

    private boolean mayTryAgain(long start, Duration patience) {
        Duration longest = patience.compareTo(options.connectTimeout()) < 0 ? patience : options.connectTimeout();
        return System.nanoTime() - start < longest.toNanos();
    }

    private static boolean paused(int before) {
        long pause = Math.min(FIRST_PAUSE_MILLIS << Math.min(before, 10), LONGEST_PAUSE_MILLIS);
        try {
            Thread.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
