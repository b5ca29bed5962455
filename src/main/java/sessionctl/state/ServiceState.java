package sessionctl.state;

import java.util.List;

/**
 * The state of a service.
 *
 * @param running true if it runs now
 * @param starting true if it is starting, such as a memcached that its guard fills. If it is also running, it serves,
 *     but systemd waits for a PID file that it does not write
 * @param enabled true if it starts at boot
 * @param settled true if it runs with the configuration in its files; false if a restart or reload is due
 * @param reads the managed files and links that it reads: if one changes, it must read them again
 */
public record ServiceState(boolean running, boolean starting, boolean enabled, boolean settled, List<String> reads) {
    /** The state of a service that does not exist. */
    public static final ServiceState NONE = new ServiceState(false, false, false, true, List.of());

    public ServiceState {
        reads = List.copyOf(reads);
    }

    /** Returns the desired state of a service: running, enabled, settled. */
    public static ServiceState goodState(List<String> reads) {
        return new ServiceState(true, false, true, true, reads);
    }
}
