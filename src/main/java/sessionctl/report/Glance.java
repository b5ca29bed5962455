package sessionctl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sessionctl.health.Checked;
import sessionctl.health.Overview;
import sessionctl.state.Actual;
import sessionctl.state.PhpLayout;
import sessionctl.state.ServiceState;
import sessionctl.state.Sighting;
import sessionctl.state.Stored;
import sessionctl.state.Vitals;

/** What is told of each droplet, as cells of two tables; a dash where nothing is known. */
final class Glance {
    static final List<String> SERVICES =
            List.of("droplet", "up", "apache", "php", "memcached", "guard", "clock", "request", "drift");
    static final List<String> SESSIONS = List.of("droplet", "memory", "sessions", "evicted", "hits", "memcached up");

    private static final String NONE = "-";

    /** Of a droplet that has left the cluster: its memcached is stopped for good. */
    private static final String LEFT = "left";

    private static final double MEGABYTE = 1 << 20;

    private Glance() {}

    /** The services, a row a droplet. */
    static List<List<String>> services(Overview overview) {
        return overview.droplets().stream().map(c -> services(overview, c)).toList();
    }

    /** The sessions, a row a droplet. */
    static List<List<String>> sessions(Overview overview) {
        return overview.droplets().stream().map(Glance::sessions).toList();
    }

    private static List<String> services(Overview overview, Checked checked) {
        Sighting seen = checked.seen();
        if (seen == null) {
            return row(checked, SERVICES.size(), checked.unreached() ? "unreached" : "not understood");
        }
        Actual actual = seen.actual();
        PhpLayout php = actual.state().php();
        return List.of(
                checked.droplet().name(),
                time(seen.vitals().uptime()),
                service(actual, "apache2"),
                php == null
                        ? NONE
                        : php.fpm()
                                ? service(actual, php.fpmName())
                                : version(actual, "libapache2-mod-php" + php.version()),
                checked.left() ? LEFT : service(actual, "memcached"),
                checked.left() ? NONE : guard(actual),
                String.format(Locale.ROOT, "%+.2f s", overview.ahead(checked) + 0.0),
                String.format(Locale.ROOT, "%.1f ms", seen.vitals().request()),
                Integer.toString(checked.drift().size()));
    }

    private static List<String> sessions(Checked checked) {
        Sighting seen = checked.seen();
        Vitals.Cache cache = seen == null ? null : seen.vitals().cache();
        if (seen == null || cache == null) {
            return row(checked, SESSIONS.size(), NONE);
        }
        Stored stored = seen.actual().stored();
        return List.of(
                checked.droplet().name(),
                String.format(Locale.ROOT, "%.1f of %.0f MB", stored.bytes() / MEGABYTE, stored.limit() / MEGABYTE),
                cache.sessions() < 0 ? NONE : Long.toString(cache.sessions()),
                Long.toString(stored.evictions()),
                hits(cache),
                time(cache.uptime()));
    }

    private static List<String> row(Checked checked, int size, String first) {
        List<String> row = new ArrayList<>(List.of(checked.droplet().name(), first));
        while (row.size() < size) {
            row.add(NONE);
        }
        return row;
    }

    /** A service's version, or that it does not run when it does not. */
    private static String service(Actual actual, String name) {
        if (!actual.state().services().containsKey(name)) {
            return NONE;
        }
        ServiceState state = actual.state().service(name);
        return state.running() ? version(actual, name) : state.starting() ? "starting" : "down";
    }

    /** The upstream part of a package's version (Debian Policy, 5.6.12). */
    static String version(Actual actual, String name) {
        String full = actual.versions().get(name);
        return full == null ? NONE : full.replaceAll("^\\d+:|[-+~].*", "");
    }

    private static String guard(Actual actual) {
        if (actual.gate().held()) {
            return "held";
        }
        if (actual.gate().shut()) {
            return "shut";
        }
        return actual.gate().told().isEmpty() ? "none" : actual.gate().told().split(" ", 2)[0];
    }

    static String hits(Vitals.@Nullable Cache cache) {
        if (cache == null || cache.hits() + cache.misses() == 0) {
            return NONE;
        }
        return Math.round(100.0 * cache.hits() / (cache.hits() + cache.misses())) + " %";
    }

    /** As in "12 d", the largest unit alone. */
    static String time(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 2 * 3600) {
            return seconds / 60 + " min";
        }
        return seconds < 2 * 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }

    /** What stands above everything else. */
    static String headline(Overview overview) {
        int droplets = overview.droplets().size();
        int findings = overview.findings().size();
        return "cluster " + overview.cluster().name() + ": " + Run.count(droplets, "droplet") + ", "
                + (findings == 0 ? "nothing is wrong" : Run.count(findings, "finding"));
    }
}
