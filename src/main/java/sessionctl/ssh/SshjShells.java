package sessionctl.ssh;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import net.schmizz.sshj.Config;
import sessionctl.inventory.Droplet;

/**
 * Opens connections over SSH. Keys are read and unlocked once and shared; closing it ends every connection that it opened.
 */
public final class SshjShells implements Shells, AutoCloseable {
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 2000;

    private final SshOptions options;
    private final KeyRing keys;
    private final Watch watch;
    private final Config config = new ModernConfig();

    /** Connects to nobody yet. */
    public SshjShells(SshOptions options) {
        this.options = options;
        this.keys = new KeyRing(options);
        this.watch = new Watch(options.keepAlive());
    }

    /**
     * Reads and unlocks the keys of these droplets, asking for passphrases as needed, so that no question and no bad key
     * file comes up later.
     *
     * @throws SshFailure for the first droplet that has no usable key
     */
    public void checkKeys(List<Droplet> droplets) throws SshFailure {
        for (Droplet droplet : droplets) {
            keys.keysFor(droplet);
        }
    }

    @Override
    public Shell open(Droplet droplet) throws SshFailure {
        List<LoginKey> offered = keys.keysFor(droplet);
        HostKeyCheck hostKey = HostKeyCheck.of(droplet, options);
        long start = System.nanoTime();
        for (int turnedAway = 0; ; ) {
            Handshake handshake = handshake(droplet, hostKey);
            watch.add(handshake.wire());
            try {
                return ready(new SshjShell(droplet, handshake.login(offered), handshake.wire(), watch));
            } catch (IOException | RuntimeException e) {
                end(handshake.wire());
                if (handshake.turnedAway(e) && mayTryAgain(start) && paused(turnedAway)) {
                    turnedAway++;
                } else if (!hostKey.worthAnotherTry()) {
                    throw handshake.explain(e, offered);
                }
            }
        }
    }

    /** Ends every connection at once; never blocks. */
    @Override
    public void close() {
        watch.close();
    }

    private Handshake handshake(Droplet droplet, HostKeyCheck hostKey) throws SshFailure {
        try {
            return new Handshake(droplet, hostKey, options, config);
        } catch (IOException e) {
            String sentence = "this machine gives out no socket (" + Trouble.root(e) + "); lower --concurrency";
            throw Trouble.at(droplet, SshFailure.Kind.UNREACHABLE, sentence, e);
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

    private static Shell ready(SshjShell shell) throws SshFailure {
        try {
            shell.proveRoot();
            return shell;
        } catch (SshFailure e) {
            shell.close();
            throw e;
        }
    }

    private boolean mayTryAgain(long start) {
        return System.nanoTime() - start < options.connectTimeout().toNanos();
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
