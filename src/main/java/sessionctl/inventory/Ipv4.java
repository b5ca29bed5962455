package sessionctl.inventory;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** An IPv4 address in the dotted form of four plain decimal numbers. */
record Ipv4(int first, int second, int third, int fourth) {
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    /** What looks like the address of a single host. */
    static final String PATTERN = "(?!0[.]|22[4-9][.]|2[3-5][0-9][.])" + OCTET + "(?:[.]" + OCTET + "){3}";

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern DOT = Pattern.compile("\\.");

    static Optional<Ipv4> parse(String text) {
        String[] words = DOT.split(text, -1);
        if (words.length != 4
                || !Arrays.stream(words).allMatch(word -> NUMBER.matcher(word).matches())) {
            return Optional.empty();
        }
        int[] numbers = Arrays.stream(words).mapToInt(Integer::parseInt).toArray();
        return Arrays.stream(numbers).allMatch(number -> number < 256)
                ? Optional.of(new Ipv4(numbers[0], numbers[1], numbers[2], numbers[3]))
                : Optional.empty();
    }

    /** Whether no single host can have it: this network, multicast, reserved and broadcast (RFC 6890). */
    boolean isNobodys() {
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
