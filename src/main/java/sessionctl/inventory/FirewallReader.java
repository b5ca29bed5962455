package sessionctl.inventory;

import java.util.List;

/** Reads {@code firewall:}. */
record FirewallReader(int memcachedPort) {
    private static final Choice<Firewall.Mode> MODE = new Choice<>(List.of(Firewall.Mode.values()));

    Firewall read(Fields firewall) {
        Firewall usual = Firewall.usual();
        Firewall.Mode mode = firewall.optional("mode", MODE).orElse(usual.mode());
        return new Firewall(
                mode,
                firewall.list(
                                "allow",
                                "expected a list of ports such as [80, 443]",
                                new Once(new OtherPort(memcachedPort)))
                        .orElse(usual.allow()));
    }
}
