package sessionctl.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.ini.Directive;
import sessionctl.inventory.Droplet;
import sessionctl.state.DropletFacts;
import sessionctl.state.OverridingSetting;
import sessionctl.state.PhpLayout;

/** Finds lines in files that sessionctl does not manage, if they override the inventory's PHP session settings. */
public final class OverrideFindings {
    /** The directive that overrides session.save_path if it is set (memcache_session.c). */
    private static final String SAVE_PATH_OVERRIDE = "memcache.session_save_path";

    /**
     * The prefix of the directives that become part of each session's key. Droplets share sessions only if these are
     * equal.
     */
    private static final String PREFIX = "memcache.session_prefix_";

    private static final Pattern SAPI = Pattern.compile("/etc/php/?([0-9.]{1,9})/(apache2|fpm)/.*");
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
        return settingsInForce(facts).stream()
                .collect(Collectors.groupingBy(
                        OverridingSetting::name,
                        Collectors.mapping(s -> Directive.normalize(s.value()), Collectors.toSet())));
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
        List<Finding> all = Stream.concat(
                        settingsInForce(facts).stream().map(s -> finding(droplet, facts, s)),
                        Stream.of(unreadFinding(droplet, facts)))
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

    private @Nullable Finding finding(Droplet droplet, DropletFacts facts, OverridingSetting setting) {
        Map<String, String> right = wanted.getOrDefault(droplet.name(), Map.of());
        String name = setting.name();
        String value = Directive.normalize(setting.value());
        boolean overridesSavePath = name.equals(SAVE_PATH_OVERRIDE);
        String expected = overridesSavePath && !value.equals("0") ? right.get("session.save_path") : right.get(name);
        String place = setting.file() + ":" + setting.line() + " sets " + name;
        if (expected != null) {
            return value.equals(Directive.normalize(expected))
                    ? null
                    : finding(Severity.ERROR, place + ", which overrides the inventory's", droplet, facts, setting);
        }
        if (overridesSavePath || setOnAllDroplets.contains(name)) {
            return null;
        }
        Severity severity = name.startsWith(PREFIX) ? Severity.ERROR : Severity.WARNING;
        String what = place + (droplets.size() > 1 ? ", which not every droplet does" : ", which overrides php.ini's");
        return finding(severity, what, droplet, facts, setting);
    }

    private Finding finding(
            Severity severity, String what, Droplet droplet, DropletFacts facts, OverridingSetting setting) {
        boolean uncertain = setting.isUncertain();
        String service = service(facts, setting.file());
        String byHand = "; edit " + (setting.line().contains("-") ? "these lines" : "that line") + " by hand"
                + (service.isEmpty() ? "" : ", then: service " + service + " reload");
        return new Finding(
                uncertain ? Severity.WARNING : severity,
                droplet.name(),
                what + (uncertain ? " if AllowOverride permits it" : "") + (setting.isOnlyOne() ? "" : byHand),
                setting.isOnlyOne() ? remedy(droplet, facts, setting) : "");
    }

    /** Returns a warning about files that were not searched: the first one, and the number of the others. */
    private static @Nullable Finding unreadFinding(Droplet droplet, DropletFacts facts) {
        List<OverridingSetting> unread = facts.settings().stream()
                .filter(s -> s.isUnread() && isInForce(facts, s.file()))
                .toList();
        if (unread.isEmpty()) {
            return null;
        }
        String more = unread.size() == 1 ? "" : ", and " + (unread.size() - 1) + " more";
        String what = "not searched for PHP session settings: " + unread.get(0).file() + " ("
                + unread.get(0).value() + ")" + more;
        return Finding.warning(droplet.name(), what, "");
    }

    private static List<OverridingSetting> settingsInForce(DropletFacts facts) {
        return facts.settings().stream()
                .filter(s -> !s.isUnread() && isInForce(facts, s.file()))
                .toList();
    }

    /** Returns true if the PHP that serves pages reads this file. Other files override nothing. */
    private static boolean isInForce(DropletFacts facts, String file) {
        PhpLayout used = facts.state().php();
        Matcher matcher = SAPI.matcher(file);
        if (file.endsWith("/.user.ini")) {
            // Apache's PHP module does not read .user.ini (main/fopen_wrappers.c, main/main.c: only CGI and FPM do).
            return servesFpm(facts);
        }
        if (file.endsWith("/.htaccess")) {
            return !servesFpm(facts) || facts.state().service("apache2").running();
        }
        if (used == null || !matcher.matches()) {
            return true;
        }
        PhpLayout layout = layout(matcher);
        return layout.equals(used)
                || (layout.fpm() && facts.state().service(layout.fpmName()).running());
    }

    private static boolean servesFpm(DropletFacts facts) {
        PhpLayout used = facts.state().php();
        return (used != null && used.fpm())
                || facts.state().services().entrySet().stream()
                        .anyMatch(
                                e -> e.getKey().endsWith("-fpm") && e.getValue().running());
    }

    private static PhpLayout layout(Matcher sapi) {
        return new PhpLayout(sapi.group(1), sapi.group(2).equals("fpm"));
    }

    /** Returns a command that comments out the line, if the line still sets the directive, and reloads the service. */
    private String remedy(Droplet droplet, DropletFacts facts, OverridingSetting setting) {
        String file = setting.file();
        boolean ini = file.startsWith("/etc/php") || file.endsWith(".user.ini");
        String edit = setting.line() + "{/" + setting.name().replace(".", "[.]") + "/s/^/" + (ini ? ";" : "#") + "/}";
        List<List<String>> commands = new ArrayList<>(List.of(List.of("sed", "-i", "--follow-symlinks", edit, file)));
        String service = service(facts, file);
        if (!service.isEmpty()) {
            commands.add(List.of("service", service, "reload"));
        }
        return remedies.allOnDroplet(droplet, commands);
    }

    private static String service(DropletFacts facts, String file) {
        Matcher matcher = SAPI.matcher(file);
        PhpLayout used = facts.state().php();
        if (matcher.matches()) {
            return layout(matcher).service();
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
