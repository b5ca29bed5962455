package sessionctl.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What PHP uses on every droplet, against what it should, and against the others. */
public final class SettingsCheck {
    /** It wins over session.save_path where it is set (memcache_session.c). */
    private static final String WINS = "memcache.session_save_path";

    private final List<Settings> all;

    /**
     * A check of these droplets.
     *
     * @param all what each of them uses
     */
    public SettingsCheck(List<Settings> all) {
        this.all = List.copyOf(all);
    }

    /**
     * A value that is not what it should be.
     *
     * @param whose whose value the right one is
     * @param managed whether provision writes the right one
     */
    public record Difference(
            String droplet, String directive, String is, String right, String whose, boolean managed) {}

    /** The directives that every one of them knows. */
    public Collection<String> common() {
        Set<String> common = new TreeSet<>();
        all.forEach(s -> common.addAll(s.values().keySet()));
        all.forEach(s -> common.retainAll(s.values().keySet()));
        return common;
    }

    /** The droplets whose PHP has not loaded the memcache module. */
    public List<Finding> withoutModule() {
        return all.stream()
                .filter(s -> s.module().isEmpty())
                .map(s -> new Finding(
                        s.droplet(),
                        "PHP has not loaded its memcache module, so it keeps no session in memcached",
                        "run: {sessionctl provision}"))
                .toList();
    }

    /**
     * All differences.
     *
     * @param expected what the inventory and the templates want, by the droplet's name and by directive
     */
    public List<Difference> differences(Map<String, Map<String, String>> expected) {
        List<Difference> found = new ArrayList<>();
        Set<String> known = new TreeSet<>(Set.of(WINS));
        for (Settings one : all) {
            Map<String, String> managed = expected.getOrDefault(one.droplet(), Map.of());
            Map<String, String> wanted = new TreeMap<>(managed);
            wanted.putIfAbsent(WINS, "");
            known.addAll(wanted.keySet());
            wanted.forEach((directive, right) -> {
                String is = one.values().get(directive);
                if (is != null && !plain(is).equals(plain(right))) {
                    found.add(new Difference(
                            one.droplet(), directive, is, right, "the inventory's", managed.containsKey(directive)));
                }
            });
        }
        common().stream().filter(d -> !known.contains(d)).forEach(d -> found.addAll(among(d)));
        return found;
    }

    /** Those that differ from most of them; where there is no majority, from the first. */
    private List<Difference> among(String directive) {
        Map<String, List<Settings>> byValue = all.stream()
                .collect(Collectors.groupingBy(s -> value(s, directive), TreeMap::new, Collectors.toList()));
        int most = byValue.values().stream().mapToInt(List::size).max().orElse(0);
        String right = all.stream()
                .map(s -> value(s, directive))
                .filter(v -> byValue.getOrDefault(v, List.of()).size() == most)
                .findFirst()
                .orElse("");
        String whose = "that of "
                + byValue.getOrDefault(right, List.of()).stream()
                        .map(Settings::droplet)
                        .collect(Collectors.joining(", "));
        return all.stream()
                .filter(s -> !value(s, directive).equals(right))
                .map(s -> new Difference(s.droplet(), directive, value(s, directive), right, whose, false))
                .toList();
    }

    private static String value(Settings settings, String directive) {
        return plain(settings.values().getOrDefault(directive, ""));
    }

    /** As PHP reads it from a file: on and 1 are the same, and so are off, nothing and 0. */
    public static String plain(String value) {
        String text = value.strip();
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on", "yes", "true" -> "1";
            case "off", "no", "false", "none", "" -> "0";
            default -> text;
        };
    }

    /**
     * The differences as findings.
     *
     * @param origins where a droplet's value comes from, by the droplet's name
     */
    public static List<Finding> findings(List<Difference> differences, Function<String, Origins> origins) {
        return differences.stream()
                .map(d -> origins.apply(d.droplet()).finding(d))
                .toList();
    }
}
