package sessionctl.health;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
        List<Finding> all = inForce(actual).stream()
                .map(s -> finding(droplet, actual, s))
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
                    : new Finding(
                            Severity.ERROR,
                            droplet.name(),
                            place + ", which overrides the inventory's",
                            remedy(droplet, actual, setting));
        }
        if (wins || everywhere(name)) {
            return null;
        }
        Severity severity = name.startsWith(PREFIX) ? Severity.ERROR : Severity.WARNING;
        String what = place + (droplets.size() > 1 ? ", which not every droplet does" : ", which overrides php.ini's");
        return new Finding(severity, droplet.name(), what, remedy(droplet, actual, setting));
    }

    /** Whether the inventory leaves it open and all droplets have the same. */
    private boolean everywhere(String name) {
        Set<Set<String>> values = new HashSet<>();
        droplets.values()
                .forEach(actual -> values.add(inForce(actual).stream()
                        .filter(s -> s.name().equals(name))
                        .map(s -> SettingsCheck.plain(s.value()))
                        .collect(Collectors.toSet())));
        return droplets.size() > 1 && values.size() == 1;
    }

    private static List<Elsewhere> inForce(Actual actual) {
        return actual.settings().stream().filter(s -> inForce(actual, s.file())).toList();
    }

    /** A file of a PHP that serves no page here overrides nothing. */
    private static boolean inForce(Actual actual, String file) {
        PhpLayout used = actual.state().php();
        Matcher matcher = SAPI.matcher(file);
        if (used == null || !matcher.matches()) {
            return true;
        }
        PhpLayout layout = layout(matcher);
        return layout.equals(used)
                || (layout.fpm() && actual.state().service(layout.fpmName()).running());
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
        if (file.startsWith("/etc/nginx/")) {
            return "nginx";
        }
        if (file.endsWith("/.htaccess")) {
            return "";
        }
        return !file.endsWith("/.user.ini") ? "apache2" : used != null && used.fpm() ? used.service() : "";
    }
}
