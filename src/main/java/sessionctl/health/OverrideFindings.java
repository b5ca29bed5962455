package sessionctl.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.state.Actual;
import sessionctl.state.Elsewhere;
import sessionctl.state.PhpLayout;
import sessionctl.verify.SettingsCheck;

/** Finds lines in files other than ours that override what the inventory says of PHP's sessions. */
public final class OverrideFindings {
    /** It wins over session.save_path where it is set (memcache_session.c). */
    private static final String WINS = "memcache.session_save_path";

    /** A part of each session's key: droplets share sessions only where it is the same. */
    private static final String PREFIX = "memcache.session_prefix_";

    private static final Pattern SAPI = Pattern.compile("/etc/php/?([0-9.]{1,9})/(apache2|fpm)/.*");
    private static final int MOST = 10;

    private final Map<Droplet, Actual> droplets;
    private final Map<String, Map<String, String>> wanted;
    private final Remedies remedies;

    /** The names of the settings that all droplets have in other files, and the same. */
    private final Set<String> everywhere;

    /**
     * Of these droplets.
     *
     * @param droplets what was found on them
     * @param wanted PHP's settings as the inventory wants them, by the droplet's name and by the setting's
     */
    public OverrideFindings(Map<Droplet, Actual> droplets, Map<String, Map<String, String>> wanted, Remedies remedies) {
        this.droplets = new LinkedHashMap<>(droplets);
        this.wanted = Map.copyOf(wanted);
        this.remedies = remedies;
        this.everywhere = everywhere(this.droplets.values());
    }

    private static Set<String> everywhere(Collection<Actual> droplets) {
        Map<String, Set<Set<String>>> values = new HashMap<>();
        Map<String, Integer> droplet = new HashMap<>();
        for (Actual actual : droplets) {
            Map<String, Set<String>> own = new HashMap<>();
            inForce(actual)
                    .forEach(s -> own.computeIfAbsent(s.name(), name -> new HashSet<>())
                            .add(SettingsCheck.plain(s.value())));
            own.forEach((name, all) -> {
                values.computeIfAbsent(name, n -> new HashSet<>()).add(all);
                droplet.merge(name, 1, Integer::sum);
            });
        }
        return values.entrySet().stream()
                .filter(one -> droplets.size() > 1 && one.getValue().size() == 1)
                .map(Map.Entry::getKey)
                .filter(name -> droplet.getOrDefault(name, 0) == droplets.size())
                .collect(Collectors.toSet());
    }

    /** One a line, those of the same droplet the worst first. */
    public List<Finding> findings() {
        return droplets.keySet().stream().flatMap(d -> findings(d).stream()).toList();
    }

    /** Those of one droplet, the worst first. */
    public List<Finding> findings(Droplet droplet) {
        Actual actual = droplets.get(droplet);
        if (actual == null) {
            return List.of();
        }
        List<Finding> all = Stream.concat(
                        inForce(actual).stream().map(s -> finding(droplet, actual, s)),
                        Stream.of(unread(droplet, actual)))
                .filter(java.util.Objects::nonNull)
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
        List<Finding> some = new ArrayList<>(all.subList(0, Math.min(MOST, all.size())));
        if (all.size() > MOST) {
            String what = (all.size() - MOST) + " more lines set PHP's sessions; fix the first ones, then look again";
            some.add(new Finding(all.get(MOST).severity(), droplet.name(), what, ""));
        }
        return some;
    }

    private @Nullable Finding finding(Droplet droplet, Actual actual, Elsewhere setting) {
        Map<String, String> right = wanted.getOrDefault(droplet.name(), Map.of());
        String name = setting.name();
        String value = SettingsCheck.plain(setting.value());
        boolean wins = name.equals(WINS);
        String expected = wins && !value.equals("0") ? right.get("session.save_path") : right.get(name);
        String place = setting.file() + ":" + setting.line() + " sets " + name;
        if (expected != null) {
            return value.equals(SettingsCheck.plain(expected))
                    ? null
                    : finding(Severity.ERROR, place + ", which overrides the inventory's", droplet, actual, setting);
        }
        if (wins || everywhere.contains(name)) {
            return null;
        }
        Severity severity = name.startsWith(PREFIX) ? Severity.ERROR : Severity.WARNING;
        String what = place + (droplets.size() > 1 ? ", which not every droplet does" : ", which overrides php.ini's");
        return finding(severity, what, droplet, actual, setting);
    }

    private Finding finding(Severity severity, String what, Droplet droplet, Actual actual, Elsewhere setting) {
        boolean maybe = setting.uncertain();
        String service = service(actual, setting.file());
        String byHand = "; edit " + (setting.line().contains("-") ? "these lines" : "that line") + " by hand"
                + (service.isEmpty() ? "" : ", then: service " + service + " reload");
        return new Finding(
                maybe ? Severity.WARNING : severity,
                droplet.name(),
                what + (maybe ? " if AllowOverride permits it" : "") + (setting.alone() ? "" : byHand),
                setting.alone() ? remedy(droplet, actual, setting) : "");
    }

    /** What was not searched; the first place, and how many more there are. */
    private static @Nullable Finding unread(Droplet droplet, Actual actual) {
        List<Elsewhere> unread = actual.settings().stream()
                .filter(s -> s.unread() && inForce(actual, s.file()))
                .toList();
        if (unread.isEmpty()) {
            return null;
        }
        String more = unread.size() == 1 ? "" : ", and " + (unread.size() - 1) + " more";
        String what = "not searched for settings of PHP's sessions: "
                + unread.get(0).file() + " (" + unread.get(0).value() + ")" + more;
        return new Finding(Severity.WARNING, droplet.name(), what, "");
    }

    private static List<Elsewhere> inForce(Actual actual) {
        return actual.settings().stream()
                .filter(s -> !s.unread() && inForce(actual, s.file()))
                .toList();
    }

    /** A file that the PHP that serves pages here does not read overrides nothing. */
    private static boolean inForce(Actual actual, String file) {
        PhpLayout used = actual.state().php();
        Matcher matcher = SAPI.matcher(file);
        if (file.endsWith("/.user.ini")) {
            // Of PHP as a module of Apache they are not read (main/fopen_wrappers.c, main/main.c: only CGI and FPM).
            return servesFpm(actual);
        }
        if (file.endsWith("/.htaccess")) {
            return !servesFpm(actual) || actual.state().service("apache2").running();
        }
        if (used == null || !matcher.matches()) {
            return true;
        }
        PhpLayout layout = layout(matcher);
        return layout.equals(used)
                || (layout.fpm() && actual.state().service(layout.fpmName()).running());
    }

    private static boolean servesFpm(Actual actual) {
        PhpLayout used = actual.state().php();
        return (used != null && used.fpm())
                || actual.state().services().entrySet().stream()
                        .anyMatch(
                                e -> e.getKey().endsWith("-fpm") && e.getValue().running());
    }

    private static PhpLayout layout(Matcher sapi) {
        return new PhpLayout(sapi.group(1), sapi.group(2).equals("fpm"));
    }

    /** Comments the line out, as long as it is still that line, and has the file read again. */
    private String remedy(Droplet droplet, Actual actual, Elsewhere setting) {
        String file = setting.file();
        boolean ini = file.startsWith("/etc/php") || file.endsWith(".user.ini");
        String edit = setting.line() + "{/" + setting.name().replace(".", "[.]") + "/s/^/" + (ini ? ";" : "#") + "/}";
        List<List<String>> commands = new ArrayList<>(List.of(List.of("sed", "-i", "--follow-symlinks", edit, file)));
        String service = service(actual, file);
        if (!service.isEmpty()) {
            commands.add(List.of("service", service, "reload"));
        }
        return remedies.onAll(droplet, commands);
    }

    private static String service(Actual actual, String file) {
        Matcher matcher = SAPI.matcher(file);
        PhpLayout used = actual.state().php();
        if (matcher.matches()) {
            return layout(matcher).service();
        }
        boolean apache = actual.state().service("apache2").running();
        if (file.startsWith("/etc/nginx/") || (file.endsWith(".conf") && !file.startsWith("/etc/") && !apache)) {
            return "nginx";
        }
        if (file.endsWith("/.htaccess")) {
            return "";
        }
        return !file.endsWith("/.user.ini") ? "apache2" : used != null && used.fpm() ? used.service() : "";
    }
}
