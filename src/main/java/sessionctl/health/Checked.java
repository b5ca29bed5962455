package sessionctl.health;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Action;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.FirewallChange;
import sessionctl.plan.GuardChange;
import sessionctl.state.FilterTable;
import sessionctl.state.Sighting;
import sessionctl.state.Standing;

/**
 * One droplet as it was found, and what lies between that and the inventory.
 *
 * @param seen null where nothing is known of it
 * @param unreached whether that is because it could not be reached
 * @param trouble why nothing is known, or why it cannot become what the inventory asks for; empty where all is well
 * @param standing what its memcached is to the cluster; null where nothing is known
 * @param drift the changes of the dry runs of provision and firewall
 */
public record Checked(
        Droplet droplet,
        @Nullable Sighting seen,
        boolean unreached,
        String trouble,
        @Nullable Standing standing,
        List<Change> drift) {
    private static final String MEMCACHED = "memcached";

    /** Copies the changes. */
    public Checked {
        drift = List.copyOf(drift);
    }

    String name() {
        return droplet.name();
    }

    private boolean needs(Predicate<Change> kind) {
        return drift.stream().anyMatch(kind);
    }

    boolean needsFirewall() {
        return needs(c -> c instanceof FirewallChange);
    }

    /** Whether it has left the cluster: it is marked so, and its memcached is stopped for good. */
    public boolean left() {
        return droplet.leaving() && seen != null && seen.actual().decommissioned();
    }

    /** Whether any host of the private network can connect to its memcached, as far as its rules decide that. */
    boolean exposed(int port) {
        if (seen == null) {
            return false;
        }
        // These rules were asked for later, and of the whole table.
        FilterTable rules = seen.firewall() == null
                ? seen.actual().input()
                : seen.firewall().state().v4();
        return rules != null && seen.actual().servesOthers() && rules.access(port) == FilterTable.Access.OPEN;
    }

    /** Whether it has iptables. */
    boolean hasFirewall() {
        return seen != null && seen.firewall() != null;
    }

    /** Whether its memcached runs at all. */
    boolean serves() {
        return seen != null
                && seen.actual().state().service(MEMCACHED).running()
                && !needs(c -> c instanceof Configure configure
                        && configure.service().equals(MEMCACHED)
                        && configure.action() == Action.START);
    }

    /** The addresses that its memcached listens at instead of its private one; empty when it listens there. */
    String elsewhere() {
        if (seen == null || !serves()) {
            return "";
        }
        List<String> addresses = seen.actual().memcachedFlags().values("-l").stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .map(String::strip)
                .toList();
        boolean right = addresses.isEmpty()
                || addresses.contains("0.0.0.0")
                || addresses.contains(droplet.privateIp().text());
        return right ? "" : String.join(", ", addresses);
    }

    /** Whether its memcached is there for the other droplets, as far as it knows itself. */
    boolean open() {
        return serves()
                && elsewhere().isEmpty()
                && !needs(c -> c instanceof GuardChange)
                && standing != null
                && !standing.gate().shut();
    }
}
