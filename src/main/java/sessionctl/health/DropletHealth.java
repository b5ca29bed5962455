package sessionctl.health;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.membership.MemberStatus;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.GuardChange;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.state.FilterTable;
import sessionctl.state.HealthMetrics;
import sessionctl.state.SentinelState;
import sessionctl.state.StatusFacts;

/**
 * The facts of one droplet, and its drift from the inventory.
 *
 * @param statusFacts the facts; null if there are none
 * @param unreached true if there are no facts because the droplet could not be reached
 * @param problem the reason why there are no facts, or why the inventory cannot be applied; empty if there is none
 * @param status its membership status; null if it is unknown
 * @param drift the changes that dry runs of {@code provision} and {@code firewall} plan
 */
public record DropletHealth(
        Droplet droplet,
        @Nullable StatusFacts statusFacts,
        boolean unreached,
        String problem,
        @Nullable MemberStatus status,
        List<Change> drift) {
    private static final String MEMCACHED = "memcached";

    public DropletHealth {
        drift = List.copyOf(drift);
    }

    String name() {
        return droplet.name();
    }

    /** Returns the droplet's time in seconds since 1970; 0 if it is unknown. */
    long now() {
        return statusFacts == null ? 0 : statusFacts.metrics().clock().now();
    }

    /** Returns the state of its memcached; null if that is unknown or does not answer. */
    public HealthMetrics.@Nullable Cache cache() {
        return statusFacts == null ? null : statusFacts.metrics().cache();
    }

    /** Returns the state of its sentinel; null if that is unknown. */
    public @Nullable SentinelState sentinel() {
        return statusFacts == null ? null : statusFacts.metrics().sentinel();
    }

    /** Returns true if its sentinel runs, but does not work. */
    boolean hasHungSentinel() {
        SentinelState sentinel = sentinel();
        return sentinel != null
                && !sentinel.alive()
                && statusFacts != null
                && statusFacts.facts().state().service(SentinelState.SERVICE).running();
    }

    /** Returns true if it should have a sentinel that works, and has none. */
    public boolean lacksSentinel() {
        return hasHungSentinel() || hasDrift(DropletHealth::startsSentinel);
    }

    /** Returns true for a change that starts the sentinel, which therefore does not run. */
    static boolean startsSentinel(Change change) {
        return change instanceof Configure configure
                && configure.service().equals(SentinelState.SERVICE)
                && configure.action() == ServiceAction.START;
    }

    private boolean hasDrift(Predicate<Change> kind) {
        return drift.stream().anyMatch(kind);
    }

    boolean needsFirewall() {
        return hasDrift(c -> c.stage() == Stage.FIREWALL);
    }

    /** Returns true if the droplet is marked as leaving and its memcached is decommissioned. */
    public boolean hasLeft() {
        return droplet.leaving() && statusFacts != null && statusFacts.facts().isDecommissioned();
    }

    /** Returns true if any host of the private network can connect to its memcached, judging by its firewall rules. */
    boolean isExposed(int port) {
        if (statusFacts == null) {
            return false;
        }
        // The firewall's rules cover the complete table and are newer than the facts' rules.
        FilterTable rules = statusFacts.facts().firewall() == null
                ? statusFacts.facts().input()
                : statusFacts.facts().firewall().state().v4();
        return rules != null && statusFacts.facts().servesOthers() && rules.access(port) == FilterTable.Access.OPEN;
    }

    /** Returns true if its memcached runs. */
    boolean runsMemcached() {
        return statusFacts != null
                && statusFacts.facts().state().service(MEMCACHED).running()
                && !hasDrift(c -> c instanceof Configure configure
                        && configure.service().equals(MEMCACHED)
                        && configure.action() == ServiceAction.START);
    }

    /**
     * Returns the addresses at which its memcached listens instead of the private one; empty if it listens there or
     * does not run.
     */
    String wrongAddresses() {
        if (statusFacts == null || !runsMemcached()) {
            return "";
        }
        String wanted = droplet.privateIp().text();
        return String.join(", ", statusFacts.facts().memcachedFlags().addressesInsteadOf(wanted));
    }

    /** Returns true if its memcached runs and listens at the droplet's address. */
    boolean servesItsAddress() {
        return runsMemcached() && wrongAddresses().isEmpty();
    }

    /** Returns true if its memcached is open to the other droplets, judging by this droplet's own facts. */
    boolean isOpen() {
        return servesItsAddress()
                && !hasDrift(c -> c instanceof GuardChange)
                && status != null
                && !status.guardState().fenced();
    }
}
