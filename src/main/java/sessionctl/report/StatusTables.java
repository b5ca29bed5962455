package sessionctl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sessionctl.health.ClusterHealth;
import sessionctl.health.DropletHealth;
import sessionctl.state.DropletFacts;
import sessionctl.state.HealthMetrics;
import sessionctl.state.MemcachedStats;
import sessionctl.state.PhpLayout;
import sessionctl.state.ServiceState;
import sessionctl.state.StatusFacts;

/** The cells of the two status tables. A dash stands for an unknown value. */
public final class StatusTables {
    public static final List<String> SERVICES =
            List.of("droplet", "up", "apache", "php", "memcached", "guard", "clock", "request", "drift");
    public static final List<String> SESSIONS =
            List.of("droplet", "memory", "sessions", "evicted", "hits", "memcached up");

    /** Explains some headings in a line of 80 characters. */
    public static final String LEGEND =
            "guard: open to PHP; clock: ahead; request: one key, all servers; drift: changes";
    /** Explains the headings that are not obvious. */
    public static final Map<String, String> MEANINGS = Map.of(
            "guard",
                    "whether PHP may use its memcached: open, held or closed; at risk: open, but no sentinel watches"
                            + " it",
            "clock", "seconds ahead of the other clocks",
            "request", "time for one key to be written, read and deleted on all servers",
            "drift", "changes that provision would make");

    /** The columns with numbers, which are aligned to the right. */
    public static final Set<String> NUMBERS =
            Set.of("up", "clock", "request", "drift", "memory", "sessions", "evicted", "hits", "memcached up");

    private static final Set<String> BAD = Set.of("down", "unreached", "not understood", "closed");
    /**
     * The duration of a session request that a user notices, and the delay that an unresponsive server causes, in
     * milliseconds.
     */
    private static final double SLOW = 100;

    private static final double STUCK = 900;
    private static final String NONE = "-";
    private static final String NO_SENTINEL = "at risk";

    /** The rating of a cell, as a sign and a CSS class. */
    public enum Mark {
        /** Good, or without rating. */
        NONE("", ""),
        /** Good. */
        GOOD("good", "✓ "),
        /** Works, but is at risk. */
        WARN("warn", "! "),
        /** Does not work. */
        BAD("bad", "✗ ");

        private final String style;
        private final String sign;

        Mark(String style, String sign) {
            this.style = style;
            this.sign = sign;
        }

        public String style() {
            return style;
        }

        public String before(String text) {
            return sign + text;
        }
    }

    /** Rates all findings together. */
    public static Mark verdict(ClusterHealth health) {
        return health.findings().isEmpty() ? Mark.GOOD : health.hasErrors() ? Mark.BAD : Mark.WARN;
    }

    /** Rates a cell in the column with this heading. */
    public static Mark mark(String heading, String cell) {
        return switch (heading) {
            case "request" -> request(cell);
            case "drift", "evicted" -> cell.equals("0") || cell.equals(NONE) ? Mark.NONE : Mark.WARN;
            default ->
                BAD.contains(cell)
                        ? Mark.BAD
                        : Set.of("starting", "held", NO_SENTINEL).contains(cell) ? Mark.WARN : Mark.NONE;
        };
    }

    private static Mark request(String cell) {
        if (cell.equals(NONE)) {
            return Mark.NONE;
        }
        double milliseconds = Double.parseDouble(cell.replace(" ms", ""));
        return milliseconds >= STUCK ? Mark.BAD : milliseconds >= SLOW ? Mark.WARN : Mark.NONE;
    }

    /** Marks a droplet that has left the cluster: its memcached is decommissioned. */
    private static final String LEFT = "left";

    private static final double MEGABYTE = 1 << 20;

    private StatusTables() {}

    /** Returns the table of services, one row per droplet. */
    public static List<List<String>> services(ClusterHealth health) {
        return health.droplets().stream().map(c -> services(health, c)).toList();
    }

    /** Returns the table of sessions, one row per droplet. */
    public static List<List<String>> sessions(ClusterHealth health) {
        return health.droplets().stream().map(StatusTables::sessions).toList();
    }

    private static List<String> services(ClusterHealth health, DropletHealth dropletHealth) {
        StatusFacts statusFacts = dropletHealth.statusFacts();
        if (statusFacts == null) {
            return row(dropletHealth, SERVICES.size(), dropletHealth.unreached() ? "unreached" : "not understood");
        }
        DropletFacts facts = statusFacts.facts();
        PhpLayout php = facts.state().php();
        return List.of(
                dropletHealth.droplet().name(),
                time(statusFacts.metrics().uptime()),
                service(facts, "apache2"),
                php == null
                        ? NONE
                        : php.fpm()
                                ? service(facts, php.fpmName())
                                : version(facts, "libapache2-mod-php" + php.version()),
                dropletHealth.hasLeft() ? LEFT : service(facts, "memcached"),
                dropletHealth.hasLeft() ? NONE : guard(dropletHealth, facts),
                String.format(Locale.ROOT, "%+.2f s", health.secondsAhead(dropletHealth) + 0.0),
                String.format(Locale.ROOT, "%.1f ms", statusFacts.metrics().requestMillis()),
                Integer.toString(dropletHealth.drift().size()));
    }

    private static List<String> sessions(DropletHealth dropletHealth) {
        StatusFacts statusFacts = dropletHealth.statusFacts();
        HealthMetrics.Cache cache = dropletHealth.cache();
        if (statusFacts == null || cache == null) {
            return row(dropletHealth, SESSIONS.size(), NONE);
        }
        MemcachedStats stats = statusFacts.facts().stats();
        return List.of(
                dropletHealth.droplet().name(),
                String.format(Locale.ROOT, "%.1f of %.0f MB", stats.bytes() / MEGABYTE, stats.limit() / MEGABYTE),
                cache.sessions() < 0 ? NONE : Long.toString(cache.sessions()),
                Long.toString(stats.evictions()),
                hits(cache),
                time(cache.uptime()));
    }

    private static List<String> row(DropletHealth dropletHealth, int size, String first) {
        List<String> row = new ArrayList<>(List.of(dropletHealth.droplet().name(), first));
        while (row.size() < size) {
            row.add(NONE);
        }
        return row;
    }

    /** Returns a service's version, or its state if it does not run. */
    private static String service(DropletFacts facts, String name) {
        if (!facts.state().services().containsKey(name)) {
            return NONE;
        }
        ServiceState state = facts.state().service(name);
        return state.running() ? version(facts, name) : state.starting() ? "starting" : "down";
    }

    /** Returns the upstream part of a package's version (Debian Policy, 5.6.12). */
    static String version(DropletFacts facts, String name) {
        String full = facts.versions().get(name);
        return full == null ? NONE : full.replaceAll("^\\d+:|[-+~].*", "");
    }

    private static String guard(DropletHealth dropletHealth, DropletFacts facts) {
        if (facts.guardState().cordoned()) {
            return "held";
        }
        if (facts.guardState().fenced()) {
            return "closed";
        }
        if (facts.guardState().guardStatus().isEmpty()) {
            return "none";
        }
        String word = facts.guardState().guardStatus().split(" ", 2)[0];
        return word.equals("open") && dropletHealth.lacksSentinel() ? NO_SENTINEL : word;
    }

    static String hits(HealthMetrics.@Nullable Cache cache) {
        if (cache == null || cache.hits() + cache.misses() == 0) {
            return NONE;
        }
        return Math.round(100.0 * cache.hits() / (cache.hits() + cache.misses())) + " %";
    }

    /** Formats a duration in its largest unit, as in "12 d". */
    static String time(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 2 * 3600) {
            return seconds / 60 + " min";
        }
        return seconds < 2 * 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }

    /** Returns the first line of a report. */
    public static String headline(ClusterHealth health) {
        int droplets = health.droplets().size();
        return "cluster " + health.cluster().name() + ": " + RunReport.count(droplets, "droplet") + ", "
                + new FindingLines(health.findings()).count("nothing is wrong");
    }
}
