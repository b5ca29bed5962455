package sessionctl.inventory;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** An IPv4 address in dotted form, with four decimal numbers without leading zeros. */
public record Ipv4(int first, int second, int third, int fourth) {
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private static final String OCTETS = OCTET + "(?:[.]" + OCTET + "){3}";
    private static final Pattern ADDRESS = Pattern.compile(OCTETS);

    /** A regular expression for the address of a single host. */
    static final String PATTERN = "(?!0[.]|22[4-9][.]|2[3-5][0-9][.])" + OCTETS;

    public static Optional<Ipv4> parse(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return Optional.empty();
        }
        int[] numbers =
                Arrays.stream(text.split("[.]", -1)).mapToInt(Integer::parseInt).toArray();
        return Optional.of(new Ipv4(numbers[0], numbers[1], numbers[2], numbers[3]));
    }

    /**
     * Returns true if no single host can have the address: this network, multicast, reserved or broadcast (RFC 6890).
     */
    boolean isReserved() {
        return first == 0 || first >= 224;
    }

    boolean isLoopback() {
        return first == 127;
    }

    @Override
    public String toString() {
        return first + "." + second + "." + third + "." + fourth;
    }
}
