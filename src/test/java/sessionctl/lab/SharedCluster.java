package sessionctl.lab;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One lab for all test classes that need a cluster in service: four droplets, the first three of which are the cluster.
 * Installing packages is what takes the time; whoever uses it leaves the droplets reachable, not necessarily unchanged.
 */
final class SharedCluster {
    static final List<String> NAMES = List.of("lamp01", "lamp02", "lamp03");

    /** What an inventory that does not say so leaves as an earlier test made it. */
    private static final String WHOLE = "memcached: {memory: 64}\nsessions: {lifetime: 1440}\n";

    private static @Nullable Lab lab;
    private static boolean provisioned;

    private SharedCluster() {}

    /** The lab with three bare droplets. */
    static synchronized Lab bare() {
        Lab booted = booted();
        if (provisioned) {
            NAMES.forEach(name -> booted.script("reset", name));
        }
        provisioned = true;
        return booted;
    }

    /** The lab with its cluster in service and in sync, whatever the tests before did to it. */
    static synchronized Lab inService() {
        Lab booted = booted();
        provisioned = true;
        booted.provision(
                        booted.inventoryWith(WHOLE, NAMES.toArray(String[]::new)),
                        "--forget",
                        booted.host("lamp04").privateIp())
                .exits(0);
        return booted;
    }

    private static Lab booted() {
        if (lab == null) {
            lab = Lab.up(4);
        }
        return lab;
    }

    /** The inventory of its three droplets. */
    static Path inventory() {
        return booted().inventory("lamp01", "lamp02", "lamp03");
    }
}
