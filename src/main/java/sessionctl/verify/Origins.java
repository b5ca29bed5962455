package sessionctl.verify;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import sessionctl.command.CommandResult;
import sessionctl.verify.SettingsCheck.Difference;

/**
 * The lines of a droplet's files that set directives of PHP's.
 *
 * @param settings what its PHP uses
 * @param service what must be reloaded for PHP to read its files again
 * @param ini the file that its PHP reads first, as this program knows it: not as a web page names it
 * @param lines in the order in which PHP reads them
 */
public record Origins(Settings settings, String service, String ini, List<Line> lines) {
    /** Of all files together; a difference is looked for in each line. */
    private static final int MOST_LINES = 20_000;

    private static final int LONGEST_LINE = 8192;

    /** Left alone on each droplet until the inventory gives it. */
    private static final String LIFETIME = "session.gc_maxlifetime";

    /**
     * A line.
     *
     * @param kind main, scanned, pool, site or folder
     */
    record Line(String kind, String file, String number, String text) {
        /** Whether it sets this directive. */
        boolean sets(String directive) {
            return text.contains(directive)
                    && Pattern.compile("(?<![\\w.])" + Pattern.quote(directive) + "(?![\\w.])")
                            .matcher(text)
                            .find();
        }

        /** Whether it sets it to this. */
        boolean says(String directive, String value) {
            String rest =
                    text.substring(text.indexOf(directive) + directive.length()).replaceFirst("^\\]?\\s*=?\\s*", "");
            String said = rest.startsWith("\"") ? rest.substring(1).replaceAll("\".*", "") : rest.replaceAll(";.*", "");
            return SettingsCheck.plain(said.strip()).equals(SettingsCheck.plain(value));
        }

        boolean local() {
            return kind.equals("site") || kind.equals("folder");
        }
    }

    /** Copies the lines. */
    public Origins {
        lines = List.copyOf(lines);
    }

    /** Reads the answer to {@link Page#origins}; the parameters are those of a new one. */
    public static Origins read(Settings settings, String service, String ini, CommandResult answer) {
        List<Line> lines = answer.stdout()
                .lines()
                .limit(MOST_LINES)
                .filter(line -> line.length() <= LONGEST_LINE)
                .map(line -> line.split("\t", 4))
                .filter(w -> w.length == 4)
                .map(w -> new Line(w[0], w[1], w[2], w[3]))
                .toList();
        return new Origins(settings, service, ini, lines);
    }

    /** A difference with the file that it comes from, where that can be known. */
    Finding finding(Difference difference) {
        Optional<Line> origin = origin(difference.directive(), difference.is());
        String what = difference.directive() + " is " + quoted(difference.is()) + ", not " + difference.whose() + " "
                + quoted(difference.right())
                + origin.map(o -> " (" + o.file() + ":" + o.number() + ")").orElse("");
        return new Finding(
                difference.droplet(),
                what,
                origin.map(o -> remedy(o, difference)).orElseGet(() -> remedy(difference)));
    }

    private static String quoted(String value) {
        return value.isEmpty() ? "empty" : value;
    }

    /** The last line that counts and says so. */
    private Optional<Line> origin(String directive, String value) {
        boolean overridden = settings.overridden(directive);
        return lines.stream()
                .filter(l -> l.local() == overridden && l.sets(directive) && l.says(directive, value))
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
        return "take that line out of the file" + reload;
    }

    /** No line says so: there is none, or PHP has read it before it was changed. */
    private String remedy(Difference difference) {
        boolean right = lines.stream()
                .anyMatch(l -> l.sets(difference.directive()) && l.says(difference.directive(), difference.right()));
        if (right) {
            return "its files say otherwise, so have them read again, there: systemctl reload " + service;
        }
        return difference.managed()
                ? "run: {sessionctl provision}"
                : "set it in " + ini + " as the others do, then run there: systemctl reload " + service;
    }
}
