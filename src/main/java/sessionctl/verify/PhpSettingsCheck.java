package sessionctl.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import sessionctl.ini.Directive;
import sessionctl.verify.http.PhpSettings;

/**
 * Compares the settings of every droplet's PHP with the inventory and with the other droplets.
 *
 * @param all the settings that each droplet's PHP uses
 */
public record PhpSettingsCheck(List<PhpSettings> all) {
    /** The owner of the right value if the inventory sets it. */
    static final String INVENTORY = "the inventory's";

    /** The directive that overrides session.save_path if it is set (memcache_session.c). */
    private static final String SAVE_PATH_OVERRIDE = "memcache.session_save_path";

    public PhpSettingsCheck {
        all = List.copyOf(all);
    }

    /**
     * A value that differs from the right one.
     *
     * @param actual the value in use
     * @param expected the right value
     * @param owner the droplets that have the right value, or {@link #INVENTORY}
     * @param managed true if {@code provision} writes the right value
     */
    public record Difference(
            String droplet, String directive, String actual, String expected, String owner, boolean managed) {}

    /** The directives that every droplet's PHP knows. */
    public Collection<String> common() {
        Set<String> common = new TreeSet<>();
        all.forEach(s -> common.addAll(s.values().keySet()));
        all.forEach(s -> common.retainAll(s.values().keySet()));
        return common;
    }

    /** Returns a finding for each droplet whose PHP has not loaded the memcache module. */
    public List<CheckFailure> withoutModule() {
        return all.stream()
                .filter(s -> s.module().isEmpty())
                .map(s -> new CheckFailure(
                        s.droplet(),
                        "PHP has not loaded its memcache module, so it keeps no session in memcached",
                        "run: {sessionctl provision}"))
                .toList();
    }

    /**
     * Returns all differences: from the expected values, and between the droplets for other directives.
     *
     * @param expected the values of the inventory and the templates, by the droplet's name and by directive
     */
    public List<Difference> differences(Map<String, Map<String, String>> expected) {
        List<Difference> found = new ArrayList<>();
        Set<String> known = new TreeSet<>(Set.of(SAVE_PATH_OVERRIDE));
        for (PhpSettings one : all) {
            Map<String, String> managed = expected.getOrDefault(one.droplet(), Map.of());
            Map<String, String> wantedValues = new TreeMap<>(managed);
            wantedValues.putIfAbsent(SAVE_PATH_OVERRIDE, "");
            known.addAll(wantedValues.keySet());
            wantedValues.forEach((directive, wantedValue) -> {
                String actual = one.values().get(directive);
                if (actual != null && !Directive.normalize(actual).equals(Directive.normalize(wantedValue))) {
                    found.add(new Difference(
                            one.droplet(), directive, actual, wantedValue, INVENTORY, managed.containsKey(directive)));
                }
            });
        }
        common().stream().filter(d -> !known.contains(d)).forEach(d -> found.addAll(differencesOf(d)));
        return found;
    }

    /**
     * Returns the values that differ from the most frequent one. If several are equally frequent, the first droplet's
     * wins.
     */
    private List<Difference> differencesOf(String directive) {
        Map<String, List<PhpSettings>> byValue = all.stream()
                .collect(Collectors.groupingBy(s -> value(s, directive), TreeMap::new, Collectors.toList()));
        int most = byValue.values().stream().mapToInt(List::size).max().orElse(0);
        String right = all.stream()
                .map(s -> value(s, directive))
                .filter(v -> byValue.getOrDefault(v, List.of()).size() == most)
                .findFirst()
                .orElse("");
        String owners = byValue.getOrDefault(right, List.of()).stream()
                .map(PhpSettings::droplet)
                .collect(Collectors.joining(", "));
        return all.stream()
                .filter(s -> !value(s, directive).equals(right))
                .map(s -> new Difference(s.droplet(), directive, value(s, directive), right, owners, false))
                .toList();
    }

    private static String value(PhpSettings settings, String directive) {
        return Directive.normalize(settings.values().getOrDefault(directive, ""));
    }
}
