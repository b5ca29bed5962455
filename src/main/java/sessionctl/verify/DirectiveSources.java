package sessionctl.verify;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import sessionctl.command.CommandResult;
import sessionctl.ini.Directive;
import sessionctl.verify.PhpSettingsCheck.Difference;
import sessionctl.verify.http.PhpSettings;
import sessionctl.verify.http.ProbePage;

/**
 * The lines in a droplet's files that set PHP directives.
 *
 * @param settings the values that the droplet's PHP uses
 * @param service the systemd service to reload so that PHP reads its files again
 * @param ini the php.ini that sessionctl derived from the droplet's facts, not a path that a web page reported
 * @param lines in the order in which PHP reads them
 */
public record DirectiveSources(PhpSettings settings, String service, String ini, List<Line> lines) {
    /** The limit for all files of a droplet together, because every difference is compared with every line. */
    private static final int MAX_LINES = 20_000;

    private static final int MAX_LINE_LENGTH = 8192;

    /** A directive that sessionctl leaves unchanged on a droplet until the inventory sets it. */
    private static final String LIFETIME = "session.gc_maxlifetime";

    /**
     * A line of a configuration file.
     *
     * @param kind {@code main}, {@code scanned}, {@code pool}, {@code site} or {@code folder}
     */
    record Line(String kind, String file, String number, String text) {
        /** Returns true if the line names this directive. */
        boolean names(String directive) {
            return text.contains(directive)
                    && Pattern.compile("(?<![\\w.])" + Pattern.quote(directive) + "(?![\\w.])")
                            .matcher(text)
                            .find();
        }

        /** Returns true if the line sets the directive to this value, in the notation of any PHP or Apache file. */
        boolean sets(String directive, String value) {
            String rest =
                    text.substring(text.indexOf(directive) + directive.length()).replaceFirst("^\\]?\\s*=?\\s*", "");
            String written =
                    rest.startsWith("\"") ? rest.substring(1).replaceAll("\".*", "") : rest.replaceAll(";.*", "");
            return Directive.normalize(written.strip()).equals(Directive.normalize(value));
        }

        boolean isLocal() {
            return kind.equals("site") || kind.equals("folder");
        }
    }

    public DirectiveSources {
        lines = List.copyOf(lines);
    }

    /** Parses the answer to {@link ProbePage#sourcesCommand}. Skips lines that are too long or malformed. */
    public static DirectiveSources read(PhpSettings settings, String service, String ini, CommandResult answer) {
        List<Line> lines = answer.stdout()
                .lines()
                .limit(MAX_LINES)
                .filter(line -> line.length() <= MAX_LINE_LENGTH)
                .map(line -> line.split("\t", 4))
                .filter(w -> w.length == 4)
                .map(w -> new Line(w[0], w[1], w[2], w[3]))
                .toList();
        return new DirectiveSources(settings, service, ini, lines);
    }

    /** Returns the finding for a difference, with the file and line that set the value if they are known. */
    CheckFailure finding(Difference difference) {
        Optional<Line> origin = findOrigin(difference.directive(), difference.actual());
        String what = difference.directive() + " is " + describeValue(difference.actual())
                + describeExpected(difference)
                + origin.map(o -> " (" + o.file() + ":" + o.number() + ")").orElse("");
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
    private Optional<Line> findOrigin(String directive, String value) {
        boolean overridden = settings.overridden(directive);
        return lines.stream()
                .filter(l -> l.isLocal() == overridden && l.names(directive) && l.sets(directive, value))
                .reduce((earlier, later) -> later);
    }

    private String remedy(Line origin, Difference difference) {
        boolean ours = origin.kind().equals("main") || origin.file().endsWith("memcache.ini");
        if (difference.managed() && ours) {
            return "run: {sessionctl provision}";
        }
        String reload = origin.kind().equals("folder")
                ? ""
                : ", then run there: systemctl reload " + (origin.kind().equals("site") ? "apache2" : service);
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
        boolean right = lines.stream()
                .anyMatch(
                        l -> l.names(difference.directive()) && l.sets(difference.directive(), difference.expected()));
        if (right) {
            return "its files contain the right value; reload them there: systemctl reload " + service;
        }
        return difference.managed()
                ? "run: {sessionctl provision}"
                : "set it in " + ini + " as on the others, then run there: systemctl reload " + service;
    }
}
