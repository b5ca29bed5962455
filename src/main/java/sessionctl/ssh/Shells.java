package sessionctl.ssh;

import java.time.Duration;
import sessionctl.inventory.Droplet;

/** Opens connections to droplets. */
public interface Shells {
    /**
     * Connects, checks the host key and logs in.
     *
     * @throws SshFailure if any of these fails; its sentence states the cause and the remedy
     */
    Shell open(Droplet droplet) throws SshFailure;

    /**
     * Connects like {@link #open(Droplet)}, but retries a server that temporarily refuses connections no longer than
     * {@code patience}. The default implementation ignores the patience.
     *
     * @throws SshFailure as {@link #open(Droplet)}
     */
    default Shell open(Droplet droplet, Duration patience) throws SshFailure {
        return open(droplet);
    }
}
