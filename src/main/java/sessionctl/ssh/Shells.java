package sessionctl.ssh;

import java.time.Duration;
import sessionctl.inventory.Droplet;

/** Opens connections to droplets. */
public interface Shells {
    /**
     * Connects, checks the host key, logs in.
     *
     * @throws SshFailure with one sentence that says what is wrong and what to do
     */
    Shell open(Droplet droplet) throws SshFailure;

    /**
     * The same, but a server that refuses connections for a time is tried again no longer than this.
     *
     * @throws SshFailure as {@link #open(Droplet)}
     */
    default Shell open(Droplet droplet, Duration patience) throws SshFailure {
        return open(droplet);
    }
}
