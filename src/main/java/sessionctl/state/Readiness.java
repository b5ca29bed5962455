package sessionctl.state;

import java.util.List;
import java.util.Map;

/**
 * What would stop a run on a droplet, or get in its way.
 *
 * @param memory megabytes that it has
 * @param available megabytes of them that nobody needs
 * @param disk megabytes that are free where packages go
 * @param listeners who listens at which TCP port
 * @param settings of PHP's sessions in other files than ours
 * @param offered of the packages that it lacks, whether they can be had: yes, no, or unknown
 */
public record Readiness(
        Actual actual,
        Vitals.Clock clock,
        long memory,
        long available,
        long disk,
        List<Listener> listeners,
        boolean ufw,
        boolean firewalld,
        List<Elsewhere> settings,
        Map<String, String> offered) {
    /** Copies the lists. */
    public Readiness {
        listeners = List.copyOf(listeners);
        settings = List.copyOf(settings);
        offered = Map.copyOf(offered);
    }

    /**
     * Who listens.
     *
     * @param programs that hold the socket, of which one may have got it from another; empty where none is known
     */
    public record Listener(int port, List<String> programs) {
        /** Copies the programs. */
        public Listener {
            programs = List.copyOf(programs);
        }
    }

    /**
     * A setting of PHP's sessions in a file that is not ours.
     *
     * @param place the file and the line, as in {@code /etc/php/8.2/fpm/pool.d/www.conf:437}
     * @param name of the setting
     * @param value as PHP reads it
     */
    public record Elsewhere(String place, String name, String value) {}

    /** The same, with what is known of packages. */
    public Readiness with(Map<String, String> packages) {
        return new Readiness(actual, clock, memory, available, disk, listeners, ufw, firewalld, settings, packages);
    }
}
