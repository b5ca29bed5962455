package sessionctl.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** Shortens names to fit into a column. Replaces their middle, and keeps distinct names distinct. */
public final class ShortNames {
    private static final String GAP = "…";

    private ShortNames() {}

    /** Shortens names in their order, to this width or to 6 characters if that is more. */
    public static List<String> of(List<String> names, int width) {
        int most = Math.max(6, width);
        // Names tend to differ at their end, so the end gets the larger half.
        for (int head = (most - 1) / 2; head > 0; head--) {
            List<String> some = cut(names, most, head);
            if (new HashSet<>(some).size() == new HashSet<>(names).size()) {
                return some;
            }
        }
        for (int head = (most - 1) / 2; head < most; head++) {
            List<String> some = cut(names, most, head);
            if (new HashSet<>(some).size() == new HashSet<>(names).size()) {
                return some;
            }
        }
        return IntStream.range(0, names.size())
                .mapToObj(i -> names.get(i).length() <= most ? names.get(i) : numbered(names, i, most))
                .toList();
    }

    private static List<String> cut(List<String> names, int most, int head) {
        List<String> some = new ArrayList<>();
        for (String name : names) {
            String tail = name.substring(Math.max(0, name.length() - (most - 1 - head)));
            some.add(name.length() <= most ? name : name.substring(0, head) + GAP + tail);
        }
        return some;
    }

    /** Replaces the end by the name's position in the list, for names that no cut can distinguish. */
    private static String numbered(List<String> names, int i, int most) {
        String number = GAP + "#" + (names.indexOf(names.get(i)) + 1);
        return names.get(i).substring(0, Math.max(0, most - number.length())) + number;
    }
}
