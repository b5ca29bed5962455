package sessionctl.inventory;

import java.util.Map;
import java.util.Optional;

/** The private address; IPv4 only, because an IPv6 address without brackets in session.save_path loses every session. */
record PrivateForm() implements Form<PrivateAddress> {
    @Override
    public String expected() {
        return "expected an IPv4 address of the private network, such as 10.1.1.1";
    }

    @Override
    public Optional<PrivateAddress> read(String text, Value at) {
        if (Ipv6.parse(text).isPresent()) {
            return at.refuse(text, "is an IPv6 address", expected());
        }
        Optional<Ipv4> address = Ipv4.parse(text);
        if (address.isEmpty()) {
            return AddressFault.refuse(text, at, expected());
        }
        if (address.get().isLoopback()) {
            return at.refuse(text, "is a loopback address, which no other droplet reaches", expected());
        }
        return address.get().isNobodys()
                ? at.refuse(text, "is no address of a single host", expected())
                : Optional.of(new PrivateAddress(text));
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("type", "string", "pattern", "^(?!127[.])" + Ipv4.PATTERN + "$");
    }
}
