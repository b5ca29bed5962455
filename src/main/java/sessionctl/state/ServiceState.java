package sessionctl.state;

import java.util.List;

/**
 * A service of a droplet.
 *
 * @param running whether it runs now
 * @param starting whether it is on its way up, as a memcached that its guard fills; where it runs as well, it serves, but
 *     systemd waits for a PID file that it does not write
 * @param enabled whether it starts at boot
 * @param settled whether it runs with the configuration that its files hold; false when a restart or reload is owed
 * @param reads the managed files and links that it reads: when one changes, it must read them again
 */
public record ServiceState(boolean running, boolean starting, boolean enabled, boolean settled, List<String> reads) {
    /** A service that is not there. */
    public static final ServiceState NONE = new ServiceState(false, false, false, true, List.of());

    /** Copies the paths. */
    public ServiceState {
        reads = List.copyOf(reads);
    }

    /** A service as it should be. */
    public static ServiceState good(List<String> reads) {
        return new ServiceState(true, false, true, true, reads);
    }
}
