package sessionctl.state;

import org.jspecify.annotations.Nullable;

/**
 * A droplet's packet filter, both families as one.
 *
 * @param v4 of iptables
 * @param v6 of ip6tables; null where the kernel has no IPv6
 * @param kept what our unit loads at boot, empty where there is none
 */
public record FirewallState(FilterTable v4, @Nullable FilterTable v6, String kept) {}
