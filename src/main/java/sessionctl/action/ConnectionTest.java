package sessionctl.action;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import sessionctl.fleet.Fleet;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortState;

/**
 * The result of a test of every connection to the memcached ports.
 *
 * @param matrix the result of each connection
 * @param refusing the names of the droplets whose memcached refuses all droplets, itself included, which no rule causes
 */
record ConnectionTest(List<PortProbe> matrix, Set<String> refusing) {
    static final ConnectionTest NONE = new ConnectionTest(List.of(), Set.of());

    /**
     * Tests the connections between these droplets, and from this machine to each.
     *
     * @param left droplets that have left the cluster, whose memcached must not answer
     */
    static ConnectionTest run(Fleet fleet, List<Droplet> droplets, Set<Droplet> left, Cluster cluster) {
        List<PortProbe> matrix =
                fleet.testPorts(droplets, left, cluster.memcached().port());
        Set<String> refusing = new TreeSet<>();
        matrix.stream().filter(c -> c.mustBeOpen() && c.isTested()).forEach(c -> refusing.add(c.to().name()));
        matrix.stream()
                .filter(c -> c.mustBeOpen() && c.state() != PortState.REFUSED)
                .forEach(c -> refusing.remove(c.to().name()));
        return new ConnectionTest(matrix, refusing);
    }

    /** Returns {@link ExitCode#CHECK_FAILED} if a connection is not as it must be, except to refusing droplets. */
    int exitCode() {
        return matrix.stream().anyMatch(c -> c.isWrong() && !refusing.contains(c.to().name()))
                ? ExitCode.CHECK_FAILED
                : ExitCode.OK;
    }

    /** Returns the sentences to print after the matrix. */
    List<String> notes(Remedies remedies) {
        return refusing.isEmpty()
                ? List.of()
                : List.of("memcached on " + String.join(", ", refusing)
                        + " refuses all droplets, including itself. This is normal on a new droplet until provision has"
                        + " run: "
                        + remedies.provision());
    }
}
