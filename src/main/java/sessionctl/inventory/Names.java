package sessionctl.inventory;

import java.util.Collection;
import java.util.stream.Collectors;

/** Lists of names in sentences. */
public final class Names {
    private Names() {}

    /**
     * Joins names with commas, as in "a, b and 3 more".
     *
     * @param most the number of names to list; the others are counted
     */
    public static String some(Collection<String> names, int most) {
        String some = names.stream().limit(most).collect(Collectors.joining(", "));
        return names.size() > most ? some + " and " + (names.size() - most) + " more" : some;
    }
}
