package sessionctl.fleet;

import java.util.List;
import java.util.Map;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.verify.Page;
import sessionctl.verify.Site;

/**
 * What a verification is to try.
 *
 * @param droplets those of the cluster that are tried
 * @param expected PHP's directives as they should be, by the droplet's name
 */
public record Trial(
        Cluster cluster, List<Droplet> droplets, Site site, Page page, Map<String, Map<String, String>> expected) {
    /** Copies. */
    public Trial {
        droplets = List.copyOf(droplets);
        expected = Map.copyOf(expected);
    }

    /** Those of them whose memcached should hold every session. */
    List<Droplet> members() {
        return droplets.stream().filter(d -> !d.leaving()).toList();
    }

    int port() {
        return cluster.memcached().port();
    }
}
