package sessionctl.state;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The facts that may prevent a run on a droplet.
 *
 * @param memory megabytes of memory; empty if unknown
 * @param available megabytes of free memory; empty if unknown
 * @param disk megabytes of free disk space for packages; empty if unknown
 * @param listeners listening TCP ports and their programs
 * @param cache what memcached holds; null if none responds at the private address
 * @param offered the words of offered.sh by package: for each missing package, if apt can install it: yes, no or
 *     unknown. For other packages removed: apt-get would remove them for that, or to finish a half installed package
 */
public record PreflightFacts(
        DropletFacts facts,
        HealthMetrics.Clock clock,
        OptionalLong memory,
        OptionalLong available,
        OptionalLong disk,
        List<Listener> listeners,
        boolean ufw,
        boolean firewalld,
        HealthMetrics.@Nullable Cache cache,
        Map<String, String> offered) {
    public PreflightFacts {
        listeners = List.copyOf(listeners);
        offered = Map.copyOf(offered);
    }

    /**
     * A listening TCP port.
     *
     * @param programs programs that hold the socket; one may have inherited it from another; empty if none is known
     */
    public record Listener(int port, List<String> programs) {
        public Listener {
            programs = List.copyOf(programs);
        }
    }

    /** Returns the same facts with the answer about packages. */
    public PreflightFacts with(Map<String, String> packages) {
        return new PreflightFacts(facts, clock, memory, available, disk, listeners, ufw, firewalld, cache, packages);
    }
}
