package sessionctl.inventory;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code firewall:}. */
record FirewallReader(int memcachedPort) {
    private static final Choice<Firewall.Mode> MODE = new Choice<>(List.of(Firewall.Mode.values()));

    Firewall read(Fields firewall) {
        Firewall usual = Firewall.usual();
        Firewall.Mode mode = firewall.optional("mode", MODE).orElse(usual.mode());
        return new Firewall(
                mode,
                firewall.value("allow")
                        .flatMap(allow -> allow.items("expected a list of ports such as [80, 443]"))
                        .map(this::ports)
                        .orElse(usual.allow()));
    }

    private List<Integer> ports(List<Value> items) {
        Set<Integer> seen = new HashSet<>();
        return items.stream().flatMap(item -> port(item, seen).stream()).toList();
    }

    private Optional<Integer> port(Value item, Set<Integer> seen) {
        Optional<Integer> port = item.as(new OtherPort(memcachedPort));
        return port.isPresent() && !seen.add(port.get())
                ? item.refuse("the port " + port.get() + " is in the list already", "expected it once")
                : port;
    }
}
