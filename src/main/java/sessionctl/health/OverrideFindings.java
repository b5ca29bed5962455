package sessionctl.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.ini.Directive;
import sessionctl.ini.EffectiveSettings;
import sessionctl.inventory.Droplet;
import sessionctl.state.Assignment;
import sessionctl.state.DropletFacts;
import sessionctl.state.PhpLayout;

/** Finds lines in files that sessionctl does not manage, if they override the inventory's PHP session settings. */
public final class OverrideFindings {
    /**
     * The prefix of the directives that become part of each session's key. Droplets share sessions only if these are
     * equal.
     */
    private static final String PREFIX = "memcache.session_prefix_";

    /** The settings that must be equal on all droplets, or sessions differ. */
    private static final Pattern SHARED =
            Pattern.compile("memcache[.].*|session[.](?:save_handler|save_path|gc_maxlifetime|name|serialize_handler)");

    /** The settings whose value PHP and the module compare without regard to case. */
    private static final Set<String> WORDS =
            Set.of("session.save_handler", "memcache.hash_strategy", "memcache.hash_function");

    private static final int MAX_FINDINGS = 10;

    private final Map<Droplet, DropletFacts> droplets;
    private final Map<String, Map<String, String>> wanted;
    private final Remedies remedies;

    /** The names of the settings that every droplet sets in other files, with equal values. */
    private final Set<String> setOnAllDroplets;

    /**
     * Findings for these droplets.
     *
     * @param droplets the facts of each droplet
     * @param wanted the settings that the inventory wants, by the droplet's name and by directive
     */
    public OverrideFindings(
            Map<Droplet, DropletFacts> droplets, Map<String, Map<String, String>> wanted, Remedies remedies) {
        this.droplets = new LinkedHashMap<>(droplets);
        this.wanted = Map.copyOf(wanted);
        this.remedies = remedies;
        this.setOnAllDroplets = setOnAllDroplets(this.droplets.values());
    }

    private static Set<String> setOnAllDroplets(Collection<DropletFacts> droplets) {
        List<Map<String, Set<String>>> all =
                droplets.stream().map(OverrideFindings::valuesByName).toList();
        if (all.size() < 2) {
            return Set.of();
        }
        return all.get(0).entrySet().stream()
                .filter(one -> all.stream().allMatch(own -> one.getValue().equals(own.get(one.getKey()))))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static Map<String, Set<String>> valuesByName(DropletFacts facts) {
        return EffectiveSettings.of(facts).lines().stream()
                .collect(Collectors.groupingBy(
                        Assignment::name, Collectors.mapping(s -> Directive.normalize(s.value()), Collectors.toSet())));
    }

    /** Returns the findings of all droplets, one per line of a file. The findings of each droplet begin with errors. */
    public List<Finding> findings() {
        return droplets.keySet().stream().flatMap(d -> findings(d).stream()).toList();
    }

    /** Returns the findings of one droplet, errors first. Beyond ten, one finding counts the others. */
    public List<Finding> findings(Droplet droplet) {
        DropletFacts facts = droplets.get(droplet);
        if (facts == null) {
            return List.of();
        }
        EffectiveSettings settings = EffectiveSettings.of(facts);
        Map<Assignment, Finding> byLine = new LinkedHashMap<>();
        for (Map<String, Assignment> place : settings.places()) {
            place.values().stream()
                    .filter(line -> !EffectiveSettings.isOwn(line))
                    .forEach(line -> byLine.computeIfAbsent(line, l -> finding(droplet, facts, place, l)));
        }
        List<Finding> all = Stream.concat(byLine.values().stream(), Stream.of(unreadFinding(droplet, facts, settings)))
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
        List<Finding> some = new ArrayList<>(all.subList(0, Math.min(MAX_FINDINGS, all.size())));
        if (all.size() > MAX_FINDINGS) {
            String what = (all.size() - MAX_FINDINGS) + " more lines change PHP's session settings; fix the first ones,"
                    + " then check again";
            some.add(new Finding(all.get(MAX_FINDINGS).severity(), droplet.name(), what, ""));
        }
        return some;
    }

    private @Nullable Finding finding(
            Droplet droplet, DropletFacts facts, Map<String, Assignment> place, Assignment line) {
        String name = line.name();
        String value = Directive.normalize(line.value());
        String expected = expected(droplet, place, line);
        String where = line.place() + " sets " + name;
        if (expected != null) {
            return value.equals(Directive.normalize(expected))
                            || (WORDS.contains(name) && value.equalsIgnoreCase(expected))
                    ? null
                    : finding(Severity.ERROR, where + ", which overrides the inventory's", droplet, facts, line);
        }
        if (name.equals(EffectiveSettings.SAVE_PATH)
                || !SHARED.matcher(name).matches()
                || setOnAllDroplets.contains(name)) {
            return null;
        }
        Severity severity = name.startsWith(PREFIX) ? Severity.ERROR : Severity.WARNING;
        String what = where + (droplets.size() > 1 ? ", which not every droplet does" : ", which overrides php.ini's");
        return finding(severity, what, droplet, facts, line);
    }

    /** Returns the value that a line should set; null if the inventory does not decide, or if PHP ignores the line. */
    private @Nullable String expected(Droplet droplet, Map<String, Assignment> place, Assignment line) {
        Map<String, String> right = wanted.getOrDefault(droplet.name(), Map.of());
        String list = right.get("session.save_path");
        if (line.name().equals(EffectiveSettings.SAVE_PATH)) {
            return line.value().isEmpty() ? null : list;
        }
        boolean ignored = line.name().equals("session.save_path")
                && !EffectiveSettings.savePath(place).equals(line.value());
        return ignored ? null : right.get(line.name());
    }

    private Finding finding(Severity severity, String what, Droplet droplet, DropletFacts facts, Assignment setting) {
        boolean uncertain = setting.isUncertain();
        String service = service(facts, setting);
        String byHand = "; edit " + (setting.line().contains("-") ? "these lines" : "that line") + " by hand"
                + (service.isEmpty() ? "" : ", then: service " + service + " reload");
        return new Finding(
                uncertain ? Severity.WARNING : severity,
                droplet.name(),
                what + (uncertain ? " if AllowOverride permits it" : "") + (setting.isOnlyOne() ? "" : byHand),
                setting.isOnlyOne() ? remedy(droplet, facts, setting) : "");
    }

    /** Returns a warning about files that were not searched: the first one, and the number of the others. */
    private static @Nullable Finding unreadFinding(Droplet droplet, DropletFacts facts, EffectiveSettings settings) {
        List<Assignment> unread = facts.settings().stream()
                .filter(s -> s.isUnread() && settings.applies(s))
                .toList();
        if (unread.isEmpty()) {
            return null;
        }
        String more = unread.size() == 1 ? "" : ", and " + (unread.size() - 1) + " more";
        String what = "not searched for PHP session settings: " + unread.get(0).file() + " ("
                + unread.get(0).value() + ")" + more;
        return Finding.warning(droplet.name(), what, "");
    }

    /** Returns a command that comments out the line, if the line still sets the directive, and reloads the service. */
    private String remedy(Droplet droplet, DropletFacts facts, Assignment setting) {
        String file = setting.file();
        boolean ini = file.startsWith("/etc/php") || file.endsWith(".user.ini");
        String edit = setting.line() + "{/" + setting.name().replace(".", "[.]") + "/s/^/" + (ini ? ";" : "#") + "/}";
        List<List<String>> commands = new ArrayList<>(List.of(List.of("sed", "-i", "--follow-symlinks", edit, file)));
        String service = service(facts, setting);
        if (!service.isEmpty()) {
            commands.add(List.of("service", service, "reload"));
        }
        return remedies.allOnDroplet(droplet, commands);
    }

    private static String service(DropletFacts facts, Assignment setting) {
        String file = setting.file();
        PhpLayout reader = setting.php();
        PhpLayout used = facts.state().php();
        if (reader != null) {
            return reader.service();
        }
        boolean apache = facts.state().service("apache2").running();
        if (file.startsWith("/etc/nginx/") || (file.endsWith(".conf") && !file.startsWith("/etc/") && !apache)) {
            return "nginx";
        }
        if (file.endsWith("/.htaccess")) {
            return "";
        }
        return !file.endsWith("/.user.ini") ? "apache2" : used != null && used.fpm() ? used.service() : "";
    }
}
