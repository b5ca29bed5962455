package sessionctl.state;

import java.util.List;

/**
 * Everything that one look at a droplet's packet filter found.
 *
 * @param systemd whether systemd is the init that runs
 * @param addresses in the order of the interfaces
 * @param formerPolicy4 the policy of INPUT before mode full changed it; ACCEPT where it never did
 * @param formerPolicy6 the same for IPv6
 */
public record ActualFirewall(
        FirewallState state, boolean systemd, List<HeldAddress> addresses, String formerPolicy4, String formerPolicy6) {
    /** Copies the addresses. */
    public ActualFirewall {
        addresses = List.copyOf(addresses);
    }
}
