package sessionctl.action;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import sessionctl.fleet.Fleet;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.health.ServerFindings;
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
        int port = cluster.memcached().port();
        List<PortProbe> matrix =
                fleet.explain(fleet.testPorts(droplets, left, port), droplets, port, PortProbe::isDropped);
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

    /** Returns a finding for each failed connection whose cause is known. */
    List<Finding> findings(Remedies remedies) {
        return matrix.stream()
                .filter(probe -> probe.cause() != null && !probe.cause().isFixedByProvision())
                .map(probe -> ServerFindings.notReached(probe, remedies))
                .toList();
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
