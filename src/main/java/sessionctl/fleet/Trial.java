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
 * @param pages the droplets' probe pages
 * @param expected PHP's directives as they should be, by the droplet's name
 */
public record Trial(
        Cluster cluster,
        List<Droplet> droplets,
        Site site,
        Map<Droplet, Page> pages,
        Map<String, Map<String, String>> expected) {
    /** Copies. */
    public Trial {
        droplets = List.copyOf(droplets);
        pages = Map.copyOf(pages);
        expected = Map.copyOf(expected);
    }

    /** Those of them whose memcached should hold every session. */
    List<Droplet> members() {
        return droplets.stream().filter(d -> !d.leaving()).toList();
    }

    Page page(Droplet droplet) {
        Page page = pages.get(droplet);
        if (page == null) {
            throw new IllegalArgumentException(droplet + " has no probe page");
        }
        return page;
    }

    int port() {
        return cluster.memcached().port();
    }
}
