package sessionctl.verify;

import java.util.List;
import java.util.Optional;
import sessionctl.ini.Directive;
import sessionctl.ini.EffectiveSettings;
import sessionctl.state.Assignment;
import sessionctl.verify.PhpSettingsCheck.Difference;
import sessionctl.verify.http.PhpSettings;

/**
 * The lines in a droplet's files that set PHP directives.
 *
 * @param settings the values that the droplet's PHP uses
 * @param service the systemd service to reload so that PHP reads its files again
 * @param ini the php.ini that sessionctl derived from the droplet's facts, not a path that a web page reported
 * @param lines the lines that count in some place
 */
public record DirectiveSources(PhpSettings settings, String service, String ini, List<Assignment> lines) {
    /** A directive that sessionctl leaves unchanged on a droplet until the inventory sets it. */
    private static final String LIFETIME = "session.gc_maxlifetime";

    public DirectiveSources {
        lines = List.copyOf(lines);
    }

    /** Returns the finding for a difference, with the file and line that set the value if they are known. */
    CheckFailure finding(Difference difference) {
        Optional<Assignment> origin = findOrigin(difference.directive(), difference.actual());
        String what = difference.directive() + " is " + describeValue(difference.actual())
                + describeExpected(difference)
                + origin.map(o -> " (" + o.place() + ")").orElse("");
        return new CheckFailure(
                difference.droplet(),
                what,
                origin.map(o -> remedy(o, difference)).orElseGet(() -> remedy(difference)));
    }

    private static String describeExpected(Difference difference) {
        String right = describeValue(difference.expected());
        return difference.owner().equals(PhpSettingsCheck.INVENTORY)
                ? ", not the inventory's " + right
                : " here but " + right + " on " + difference.owner();
    }

    private static String describeValue(String value) {
        return value.isEmpty() ? "empty" : value;
    }

    /** Returns the last line that applies here and sets this value. */
    private Optional<Assignment> findOrigin(String directive, String value) {
        boolean overridden = settings.overridden(directive);
        return lines.stream()
                .filter(l -> EffectiveSettings.isLocal(l) == overridden && sets(l, directive, value))
                .reduce((earlier, later) -> later);
    }

    private static boolean sets(Assignment line, String directive, String value) {
        return line.name().equals(directive)
                && Directive.normalize(line.value()).equals(Directive.normalize(value));
    }

    private String remedy(Assignment origin, Difference difference) {
        boolean ours = EffectiveSettings.isOwn(origin);
        if (difference.managed() && ours) {
            return "run: {sessionctl provision}";
        }
        boolean folder = origin.file().endsWith("/.htaccess") || origin.file().endsWith("/.user.ini");
        String reload = folder
                ? ""
                : ", then run there: systemctl reload "
                        + (!EffectiveSettings.isLocal(origin)
                                ? service
                                : origin.file().startsWith("/etc/nginx/") ? "nginx" : "apache2");
        if (difference.directive().equals(LIFETIME) && ours) {
            return "set sessions.lifetime in the inventory, then run: {sessionctl provision}";
        }
        return "remove that line from the file" + reload;
    }

    /**
     * Returns the remedy if no line sets the current value. Either no file sets it, or PHP read the file before it was
     * changed.
     */
    private String remedy(Difference difference) {
        boolean right = lines.stream().anyMatch(l -> sets(l, difference.directive(), difference.expected()));
        if (right) {
            return "its files contain the right value; reload them there: systemctl reload " + service;
        }
        return difference.managed()
                ? "run: {sessionctl provision}"
                : "set it in " + ini + " as on the others, then run there: systemctl reload " + service;
    }
}
