package sessionctl.inventory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An IPv6 address.
 *
 * @param groups eight numbers of 16 bits
 */
public record Ipv6(List<Integer> groups) {
    /** A regular expression for the characters of an address; it also matches invalid addresses. */
    static final String PATTERN = "(?=[^:]*:[^:]*:)[0-9A-Fa-f:]+[0-9A-Fa-f:.]*";

    private static final int GROUPS = 8;
    private static final Pattern NUMBER = Pattern.compile("[0-9A-Fa-f]{1,4}");
    private static final Pattern COLON = Pattern.compile(":");

    public Ipv6 {
        groups = List.copyOf(groups);
    }

    /** Parses any text form of RFC 4291, 2.2, without a zone. Returns empty for other texts. */
    public static Optional<Ipv6> parse(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return numbers(text, true).filter(all -> all.size() == GROUPS).map(Ipv6::new);
        }
        return numbers(text.substring(0, gap), false)
                .flatMap(head -> numbers(text.substring(gap + 2), true).flatMap(tail -> joined(head, tail)));
    }

    private static Optional<Ipv6> joined(List<Integer> head, List<Integer> tail) {
        int missing = GROUPS - head.size() - tail.size();
        if (missing < 1) {
            return Optional.empty();
        }
        List<Integer> groups = new ArrayList<>(head);
        groups.addAll(Collections.nCopies(missing, 0));
        groups.addAll(tail);
        return Optional.of(new Ipv6(groups));
    }

    private static Optional<List<Integer>> numbers(String text, boolean mayEndInIpv4) {
        List<Integer> numbers = new ArrayList<>();
        List<String> words = text.isEmpty() ? List.of() : List.of(COLON.split(text, -1));
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            Optional<Ipv4> ipv4 = mayEndInIpv4 && i == words.size() - 1 ? Ipv4.parse(word) : Optional.empty();
            if (ipv4.isPresent()) {
                numbers.add((ipv4.get().first() << 8) | ipv4.get().second());
                numbers.add((ipv4.get().third() << 8) | ipv4.get().fourth());
            } else if (NUMBER.matcher(word).matches()) {
                numbers.add(Integer.parseInt(word, 16));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(numbers);
    }

    /** Returns the IPv4 address in {@code ::ffff:1.2.3.4}; empty for other addresses. */
    Optional<Ipv4> mapped() {
        boolean isMapped = groups.subList(0, 6).equals(List.of(0, 0, 0, 0, 0, 0xffff));
        int high = groups.get(6);
        int low = groups.get(7);
        return isMapped ? Optional.of(new Ipv4(high >> 8, high & 255, low >> 8, low & 255)) : Optional.empty();
    }

    /** Returns true if no single host can have the address: unspecified or multicast. */
    boolean isReserved() {
        return groups.get(0) >= 0xff00 || groups.stream().allMatch(group -> group == 0);
    }

    /** Returns true if the address is link-local (fe80::/10), so that it needs an interface. */
    boolean isLinkLocal() {
        return (groups.get(0) & 0xffc0) == 0xfe80;
    }

    /**
     * Returns the text form of RFC 5952: lower case, no leading zeros, the first longest run of zeros as {@code ::}.
     */
    @Override
    public String toString() {
        int start = 0;
        int length = 0;
        for (int i = 0; i < GROUPS; i++) {
            if (zerosFrom(i) > length) {
                start = i;
                length = zerosFrom(i);
            }
        }
        return length < 2 ? hex(0, GROUPS) : hex(0, start) + "::" + hex(start + length, GROUPS);
    }

    private int zerosFrom(int start) {
        int end = start;
        while (end < GROUPS && groups.get(end) == 0) {
            end++;
        }
        return end - start;
    }

    private String hex(int from, int to) {
        return groups.subList(from, to).stream().map(Integer::toHexString).collect(Collectors.joining(":"));
    }
}
