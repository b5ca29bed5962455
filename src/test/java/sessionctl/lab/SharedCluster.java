package sessionctl.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lab that test classes share if they need a cluster in service: four droplets, of which the first three are the
 * cluster and the last is bare. A test class must leave the droplets reachable, but may change
 * them.
 */
final class SharedCluster {
    static final List<String> NAMES = List.of("lamp01", "lamp02", "lamp03");

    /** Settings that earlier tests may have changed. An inventory without them would not revert them. */
    private static final String DEFAULTS = "memcached: {memory: 64}\nsessions: {lifetime: 1440}\n";

    private static @Nullable Lab lab;

    private SharedCluster() {}

    /** Returns the lab with all droplets bare. */
    static synchronized Lab bare() {
        if (lab != null) {
            lab.close();
        }
        Lab booted = Lab.up(4);
        lab = booted;
        return booted;
    }

    /** Returns the lab with its cluster in service and in sync with the inventory. */
    static synchronized Lab inService() {
        Lab booted = booted();
        booted.provision(
                        booted.inventoryWith(DEFAULTS, NAMES.toArray(String[]::new)),
                        "--forget",
                        booted.host("lamp04").privateIp())
                .exits(0);
        return booted;
    }

    private static Lab booted() {
        if (lab == null) {
            List<Host> hosts = new ArrayList<>(Host.installed(Host.numbered(NAMES.size())));
            hosts.add(Host.numbered(NAMES.size() + 1, 22, "root"));
            lab = Lab.up(hosts);
        }
        return lab;
    }

    /** Returns the inventory of the three droplets. */
    static Path inventory() {
        return booted().inventory("lamp01", "lamp02", "lamp03");
    }
}
