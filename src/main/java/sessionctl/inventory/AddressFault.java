package sessionctl.inventory;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What people write where an address belongs.
 *
 * @param isSo what is said of it
 * @param advice what to write instead; empty to say what the form expects
 */
record AddressFault(Pattern pattern, String isSo, String advice) {
    private static final List<AddressFault> KNOWN = List.of(
            fault("([0-9]+\\.)*0[0-9]+(\\.[0-9]+)*", "has a leading zero, which some programs take for octal", ""),
            fault("[0-9.]+", "is not an IPv4 address", ""),
            fault(
                    "[A-Za-z0-9._-]+",
                    "is a host name",
                    "expected an IP address, because names change and save_path must not"),
            fault(".*/.*", "is not a single address", ""),
            fault("[0-9.]+:[0-9]+|\\[.*", "is more than an address", "expected the address alone"),
            fault(".*%.*", "names an interface", "expected an address that is enough by itself"));

    /** Longer than any address; how much of a text decides what is said of it, for the first pattern takes a step a part. */
    static final int LONGEST = 200;

    private static final AddressFault OTHER = fault(".*", "is not an IP address", "");

    private static AddressFault fault(String pattern, String isSo, String advice) {
        return new AddressFault(Pattern.compile(pattern, Pattern.DOTALL), isSo, advice);
    }

    /** Says what is wrong with a text that is no address. */
    static <T> Optional<T> refuse(String text, Value at, String expected) {
        String start = text.substring(0, Math.min(LONGEST, text.length()));
        AddressFault fault = KNOWN.stream()
                .filter(known -> known.pattern.matcher(start).matches())
                .findFirst()
                .orElse(OTHER);
        return at.refuse(text, fault.isSo, fault.advice.isEmpty() ? expected : fault.advice);
    }
}
