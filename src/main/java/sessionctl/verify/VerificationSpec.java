package sessionctl.verify;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.verify.http.ProbePage;
import sessionctl.verify.http.Site;

/**
 * The input of a verification.
 *
 * @param droplets the droplets of the cluster to verify
 * @param pages the probe page of each droplet
 * @param expected the expected PHP directives, by the droplet's name
 */
public record VerificationSpec(
        Cluster cluster,
        List<Droplet> droplets,
        Site site,
        Map<Droplet, ProbePage> pages,
        Map<String, Map<String, String>> expected) {
    public VerificationSpec {
        droplets = List.copyOf(droplets);
        pages = Map.copyOf(pages);
        expected = Map.copyOf(expected);
    }

    /** The verified droplets that are not leaving: only their memcached must hold sessions. */
    List<Droplet> staying() {
        return droplets.stream().filter(d -> !d.leaving()).toList();
    }

    ProbePage page(Droplet droplet) {
        return Objects.requireNonNull(pages.get(droplet), () -> droplet + " has no probe page");
    }

    int port() {
        return cluster.memcached().port();
    }
}
