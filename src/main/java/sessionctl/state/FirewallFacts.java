package sessionctl.state;

import java.util.List;

/**
 * The facts that one probe of a droplet's packet filter found.
 *
 * @param systemd true if systemd is the running init
 * @param addresses in the order of the interfaces
 * @param formerPolicy4 the policy of INPUT before mode full changed it; ACCEPT if it never did
 * @param formerPolicy6 the same for IPv6
 * @param sshPorts the ports where sshd listens; empty if they are unknown
 * @param pending unconfirmed changes on the droplet, which it will roll back
 * @param saved files of other tools that contain sessionctl's chains, and load them at boot
 */
public record FirewallFacts(
        FirewallState state,
        boolean systemd,
        List<InterfaceAddress> addresses,
        String formerPolicy4,
        String formerPolicy6,
        List<Integer> sshPorts,
        List<String> pending,
        List<String> saved) {
    /**
     * The reason for refusing a droplet whose iptables needs the legacy tables that its kernel lacks, and the remedy.
     */
    public static final String NO_LEGACY =
            "its kernel lacks what iptables-legacy needs, and iptables-nft works; run there:"
                    + " update-alternatives --set iptables /usr/sbin/iptables-nft;"
                    + " update-alternatives --set ip6tables /usr/sbin/ip6tables-nft";

    public FirewallFacts {
        addresses = List.copyOf(addresses);
        sshPorts = List.copyOf(sshPorts);
        pending = List.copyOf(pending);
        saved = List.copyOf(saved);
    }

    /** Creates the facts of a droplet whose packet filter sessionctl never changed, with SSH at port 22. */
    public FirewallFacts(FirewallState state, boolean systemd, List<InterfaceAddress> addresses) {
        this(state, systemd, addresses, "ACCEPT", "ACCEPT", List.of(22), List.of(), List.of());
    }
}
