package sessionctl.health;

import java.util.List;
import sessionctl.inventory.Droplet;
import sessionctl.plan.FirewallChange;
import sessionctl.ports.DropCause;
import sessionctl.ports.PortProbe;

/** Findings about memcached servers: exposure to other hosts, firewall rules, and servers that the inventory lacks. */
public final class ServerFindings {
    private ServerFindings() {}

    /** A server outside the inventory still answers, and droplets still use it. */
    public static Finding removedButRunning(String address, Remedies remedies) {
        return Finding.error(
                address,
                "no longer in the inventory but still runs with the old list. Take it out of the load balancer and"
                        + " mark it \"leaving: true\" (if gone: --forget " + address + ")",
                remedies.provision());
    }

    /** Any host of the private network can connect to these droplets' memcached. */
    public static Finding exposed(Severity severity, List<String> droplets, String remedy) {
        return new Finding(
                severity,
                String.join(", ", droplets),
                "memcached is open: anyone on the private network can read your users' sessions",
                remedy);
    }

    /** The rules allow some hosts only, or use unknown chains, so exposure cannot be determined. */
    public static Finding possiblyExposed(List<String> droplets) {
        return Finding.warning(
                String.join(", ", droplets),
                "memcached may be open to the private network: its iptables rules do not show which hosts are allowed",
                "");
    }

    /** The next run starts memcached without rules that protect it, because another tool makes the rules. */
    public static Finding soonExposed(List<String> droplets) {
        return Finding.warning(
                String.join(", ", droplets),
                "memcached will be open: anyone on the private network can read your users' sessions. Close its port"
                        + " with the tool that makes the rules, or leave firewall.mode: none out of the inventory",
                "");
    }

    /** A droplet's rules differ from those of the inventory. */
    public static Finding rules(String droplet, FirewallChange change, Remedies remedies) {
        return Finding.error(
                droplet, "its rules for the memcached port " + change.describeFault(), remedies.provision());
    }

    /** A droplet does not reach another one's memcached. The finding has the cause and its remedy, if they are known. */
    public static Finding notReached(PortProbe probe, Remedies remedies) {
        DropCause cause = probe.cause();
        String what = "it does not reach memcached on " + probe.to().name() + " ("
                + probe.state().words() + ")" + (cause == null ? "" : ": " + cause.what());
        Droplet at = cause == null ? null : cause.at();
        return Finding.error(
                probe.from(),
                what,
                cause == null || at == null || cause.commands().isEmpty()
                        ? ""
                        : remedies.allOnDroplet(at, cause.commands()));
    }
}
