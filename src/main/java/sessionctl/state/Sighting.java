package sessionctl.state;

import org.jspecify.annotations.Nullable;

/**
 * Everything that one question to a droplet found: what it is, its packet filter, and how it fares.
 *
 * @param firewall null where it has no iptables
 */
public record Sighting(Actual actual, @Nullable ActualFirewall firewall, Vitals vitals) {}
