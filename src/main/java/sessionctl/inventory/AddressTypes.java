package sessionctl.inventory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import sessionctl.inventory.yaml.ScalarType;
import sessionctl.inventory.yaml.ValueNode;

/** The types of a droplet's two addresses. */
final class AddressTypes {
    /**
     * A private address. IPv4 only, because an IPv6 address without brackets in session.save_path loses every session.
     */
    static final ScalarType<PrivateAddress> PRIVATE = new ScalarType<>(
            "expected an IPv4 address of the private network, such as 10.1.1.1",
            Map.of("type", "string", "pattern", "^(?!127[.])" + Ipv4.PATTERN + "$"),
            AddressTypes::privateAddress);

    /** A public address, converted to its canonical form, so that equal addresses are equal strings. */
    static final ScalarType<PublicAddress> PUBLIC = new ScalarType<>(
            "expected an IPv4 or IPv6 address, such as 203.0.113.7 or 2001:db8::7",
            Map.of("type", "string", "pattern", "^(?:" + Ipv4.PATTERN + "|" + Ipv6.PATTERN + ")$"),
            AddressTypes::publicAddress);

    /**
     * The number of characters that are classified. It is longer than any address, and limits the recursion of the
     * first pattern.
     */
    private static final int MAX_LENGTH = 200;

    private static final List<Mistake> MISTAKES = List.of(
            mistake("([0-9]+\\.)*0[0-9]+(\\.[0-9]+)*", "has a leading zero, which some programs read as octal", ""),
            mistake("[0-9.]+", "is not a valid IP address", ""),
            mistake(
                    "[A-Za-z0-9._-]+",
                    "is a host name",
                    "expected an IP address, because a name can resolve to another one later"),
            mistake(".*/.*", "is not a single address", ""),
            mistake("[0-9.]+:[0-9]+|\\[.*", "is more than an address", "expected the address alone"),
            mistake(".*%.*", "names an interface", "expected an address without an interface"),
            mistake(".*", "is not a valid IP address", ""));

    private static final String NOT_A_HOST = "is not the address of a single host";

    /**
     * A frequent mistake in an address.
     *
     * @param fault the description of the mistake
     * @param advice the text to write instead; empty to print the type's own expectation
     */
    private record Mistake(Pattern pattern, String fault, String advice) {}

    private AddressTypes() {}

    private static Mistake mistake(String pattern, String fault, String advice) {
        return new Mistake(Pattern.compile(pattern, Pattern.DOTALL), fault, advice);
    }

    private static Optional<PrivateAddress> privateAddress(String text, ValueNode at) {
        if (Ipv6.parse(text).isPresent()) {
            return at.refuse(text, "is an IPv6 address", PRIVATE.expected());
        }
        Optional<Ipv4> address = Ipv4.parse(text);
        if (address.isEmpty()) {
            return refuse(text, at, PRIVATE.expected());
        }
        if (address.get().isLoopback()) {
            return at.refuse(text, "is a loopback address, which no other droplet reaches", PRIVATE.expected());
        }
        return address.get().isReserved()
                ? at.refuse(text, NOT_A_HOST, PRIVATE.expected())
                : Optional.of(new PrivateAddress(text));
    }

    private static Optional<PublicAddress> publicAddress(String text, ValueNode at) {
        Optional<Ipv4> ipv4 = Ipv4.parse(text);
        if (ipv4.isPresent()) {
            return accept(ipv4.get().toString(), ipv4.get().isReserved(), at);
        }
        Optional<Ipv6> ipv6 = Ipv6.parse(text);
        if (ipv6.isEmpty()) {
            return refuse(text, at, PUBLIC.expected());
        }
        Optional<Ipv4> mapped = ipv6.get().mapped();
        if (mapped.isPresent()) {
            String advice = at.written(text).equals(text) ? "expected " + mapped.get() : PUBLIC.expected();
            return at.refuse(text, "is an IPv4 address in the form of IPv6", advice);
        }
        return ipv6.get().isLinkLocal()
                ? at.refuse(text, "is valid on one interface only", PUBLIC.expected())
                : accept(ipv6.get().toString(), ipv6.get().isReserved(), at);
    }

    private static Optional<PublicAddress> accept(String canonical, boolean reserved, ValueNode at) {
        return reserved
                ? at.refuse(canonical, NOT_A_HOST, PUBLIC.expected())
                : Optional.of(new PublicAddress(canonical));
    }

    /** Reports a text that is no address. Returns empty. */
    private static <T> Optional<T> refuse(String text, ValueNode at, String expected) {
        String start = text.substring(0, Math.min(MAX_LENGTH, text.length()));
        Mistake mistake = MISTAKES.stream()
                .filter(known -> known.pattern.matcher(start).matches())
                .findFirst()
                .orElseThrow();
        return at.refuse(text, mistake.fault, mistake.advice.isEmpty() ? expected : mistake.advice);
    }
}
