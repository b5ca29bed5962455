package sessionctl.state;

import java.util.List;

/**
 * Everything that one look at a droplet's packet filter found.
 *
 * @param systemd whether systemd is the init that runs
 * @param addresses in the order of the interfaces
 * @param formerPolicy4 the policy of INPUT before mode full changed it; ACCEPT where it never did
 * @param formerPolicy6 the same for IPv6
 * @param sshPorts where sshd listens, as far as it says
 * @param pending what is on the droplet of changes that nobody has confirmed, and that it will take back
 */
public record ActualFirewall(
        FirewallState state,
        boolean systemd,
        List<HeldAddress> addresses,
        String formerPolicy4,
        String formerPolicy6,
        List<Integer> sshPorts,
        List<String> pending) {
    /** Why a droplet is refused whose chosen iptables needs a kernel with the legacy tables, and what helps. */
    public static final String NO_LEGACY =
            "its kernel lacks what iptables-legacy needs, and iptables-nft works; run there:"
                    + " update-alternatives --set iptables /usr/sbin/iptables-nft;"
                    + " update-alternatives --set ip6tables /usr/sbin/ip6tables-nft";

    /** Copies the lists. */
    public ActualFirewall {
        addresses = List.copyOf(addresses);
        sshPorts = List.copyOf(sshPorts);
        pending = List.copyOf(pending);
    }

    /** A packet filter in which nothing of ours was ever changed, of a droplet with SSH at its usual port. */
    public ActualFirewall(FirewallState state, boolean systemd, List<HeldAddress> addresses) {
        this(state, systemd, addresses, "ACCEPT", "ACCEPT", List.of(22), List.of());
    }
}
