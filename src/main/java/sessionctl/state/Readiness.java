package sessionctl.state;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What would stop a run on a droplet, or get in its way.
 *
 * @param memory megabytes that it has; empty where that is unknown
 * @param available megabytes of them that are free; empty where that is unknown
 * @param disk megabytes that are free where packages go; empty where that is unknown
 * @param listeners who listens at which TCP port
 * @param offered of the packages that it lacks, whether they can be had: yes, no, or unknown; of others, whether apt-get
 *     would take them away for that or to finish what is half installed: removed
 */
public record Readiness(
        Actual actual,
        Vitals.Clock clock,
        OptionalLong memory,
        OptionalLong available,
        OptionalLong disk,
        List<Listener> listeners,
        boolean ufw,
        boolean firewalld,
        Map<String, String> offered) {
    /** Copies the lists. */
    public Readiness {
        listeners = List.copyOf(listeners);
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

    /** The same, with what is known of packages. */
    public Readiness with(Map<String, String> packages) {
        return new Readiness(actual, clock, memory, available, disk, listeners, ufw, firewalld, packages);
    }
}
