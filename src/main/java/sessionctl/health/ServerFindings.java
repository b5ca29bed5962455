package sessionctl.health;

import java.util.List;
import sessionctl.plan.FirewallChange;

/** Findings about the memcached servers as such: who else reaches them, and which of them the inventory lacks. */
public final class ServerFindings {
    private ServerFindings() {}

    /** A server that the droplets use and the inventory does not name answers. */
    public static Finding stillRuns(String address, Remedies remedies) {
        return new Finding(
                Severity.ERROR,
                address,
                "no longer in the inventory but still runs with the old list. Take it out of the load balancer and"
                        + " mark it \"leaving: true\" (if gone: --forget " + address + ")",
                remedies.provision());
    }

    /** Nothing keeps other hosts away from these droplets' memcached. */
    public static Finding exposed(Severity severity, List<String> droplets, String remedy) {
        return new Finding(
                severity,
                String.join(", ", droplets),
                "memcached is open: anyone on the private network can read your users' sessions",
                remedy);
    }

    /** As much as can be told where rules are for some hosts, or in chains that are not known here. */
    public static Finding perhapsExposed(List<String> droplets, String remedy) {
        return new Finding(
                Severity.WARNING,
                String.join(", ", droplets),
                "memcached may be open to the private network: its iptables rules do not say for all hosts who may enter",
                remedy);
    }

    /** What a run that starts memcached leads to. */
    public static Finding soonExposed(List<String> droplets, String remedy) {
        return new Finding(
                Severity.WARNING,
                String.join(", ", droplets),
                "memcached will be open: anyone on the private network can read your users' sessions. After this run: "
                        + remedy,
                "");
    }

    /** A droplet's rules are not those of the inventory. */
    public static Finding rules(String droplet, FirewallChange change, Remedies remedies) {
        return new Finding(
                Severity.ERROR, droplet, "its rules for the memcached port " + change.fault(), remedies.firewall());
    }
}
