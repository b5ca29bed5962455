package sessionctl.inventory.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds the known word that a mistyped word resembles. */
public final class SpellingSuggestion {
    /** The keys of other tools, with sessionctl's key. */
    private static final Map<String, String> ELSEWHERE =
            Map.of("hosts", "droplets", "servers", "droplets", "nodes", "droplets", "machines", "droplets");

    private SpellingSuggestion() {}

    /** Returns the advice for an unknown key: the known key that it resembles, or a list of all keys. */
    static String hint(String key, Collection<String> known) {
        String otherwise = ELSEWHERE.getOrDefault(key.toLowerCase(Locale.ROOT), "");
        return nearest(key, known)
                .or(() -> Optional.of(otherwise).filter(known::contains))
                .map(candidate -> "did you mean \"" + candidate + "\"?")
                .orElseGet(() -> "expected one of " + String.join(", ", known));
    }

    /** Returns the known word that is most similar; empty if none is similar. */
    public static Optional<String> nearest(String word, Collection<String> known) {
        return known.stream()
                .filter(candidate -> isNear(word, candidate))
                .min(Comparator.comparingInt(candidate -> distance(plain(word), plain(candidate))));
    }

    private static boolean isNear(String word, String candidate) {
        int allowed = candidate.length() < 4 ? 1 : 2;
        return Math.abs(word.length() - candidate.length()) <= allowed
                && distance(plain(word), plain(candidate)) <= allowed;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** Counts the letters to add, drop, replace or swap with their neighbour (optimal string alignment). */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : minimum(a, b, i, j, cost);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int minimum(String a, String b, int i, int j, int[][] cost) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
