package sessionctl.inventory;

import java.util.Map;
import java.util.Optional;

/** The public address, brought into the one spelling in which equal addresses are equal texts. */
record PublicForm() implements Form<PublicAddress> {
    @Override
    public String expected() {
        return "expected an IPv4 or IPv6 address, such as 203.0.113.7 or 2001:db8::7";
    }

    @Override
    public Optional<PublicAddress> read(String text, Value at) {
        Optional<Ipv4> ipv4 = Ipv4.parse(text);
        if (ipv4.isPresent()) {
            return accept(ipv4.get().toString(), ipv4.get().isNobodys(), at);
        }
        Optional<Ipv6> ipv6 = Ipv6.parse(text);
        return ipv6.isPresent() ? read(ipv6.get(), text, at) : AddressFault.refuse(text, at, expected());
    }

    private Optional<PublicAddress> read(Ipv6 address, String text, Value at) {
        if (address.mapped().isPresent()) {
            return at.refuse(
                    text,
                    "is an IPv4 address in the form of IPv6",
                    at.written(text).equals(text)
                            ? "expected " + address.mapped().get()
                            : expected());
        }
        return address.isLinkLocal()
                ? at.refuse(text, "is reached over one interface only", expected())
                : accept(address.toString(), address.isNobodys(), at);
    }

    private Optional<PublicAddress> accept(String canonical, boolean nobodys, Value at) {
        return nobodys
                ? at.refuse(canonical, "is no address of a single host", expected())
                : Optional.of(new PublicAddress(canonical));
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("type", "string", "pattern", "^(?:" + Ipv4.PATTERN + "|" + Ipv6.PATTERN + ")$");
    }
}
