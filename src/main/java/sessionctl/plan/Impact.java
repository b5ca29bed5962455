package sessionctl.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import sessionctl.inventory.Names;
import sessionctl.state.FileState;
import sessionctl.state.MemcachedFlags;

/**
 * What a plan costs visitors, and who can connect to memcached after it.
 *
 * @param losing the names of droplets where sessions are lost
 * @param rejoining the names of droplets whose memcached restarts or joins without a loss
 * @param leavingFiles the names of droplets where PHP has kept sessions in files until now, which are not taken over
 * @param reloading the names of droplets whose web server reloads while it serves pages
 * @param port what the plan does to the memcached port
 */
public record Impact(
        List<String> losing, List<String> rejoining, List<String> leavingFiles, List<String> reloading, Port port) {
    /** The longest time that a page waited for a reload in 45 reloads under traffic, rounded up, in seconds. */
    public static final double RELOAD_SECONDS = 0.3;

    private static final int MAX_NAMES = 12;
    private static final Pattern SESSIONS_IN_FILES =
            Pattern.compile("-\\s*session\\.save_handler\\s*=\\s*\"?files\\b.*");

    /** What a plan does to the memcached port. */
    public enum Port {
        UNCHANGED,
        /** Only the cluster's droplets can connect afterwards. */
        CLOSED,
        /** Every host that reaches a droplet can connect afterwards. */
        OPEN,
        /** memcached listens only on its own droplet afterwards. */
        LOCAL
    }

    /** Returns the impact of a plan. */
    public static Impact of(Plan plan) {
        return new Impact(
                names(plan, change -> change.risk().losesSessions()),
                names(plan, Impact::rejoins),
                names(plan, Impact::leavesFiles),
                names(plan, change -> change.risk() == Risk.HOLDS_REQUESTS),
                port(plan));
    }

    private static List<String> names(Plan plan, Predicate<Change> which) {
        return plan.droplets().stream()
                .filter(d -> d.changes().stream().anyMatch(which))
                .map(d -> d.droplet().name())
                .toList();
    }

    private static boolean rejoins(Change change) {
        return change.risk() == Risk.REJOINS || change.stage() == Stage.UNCORDON;
    }

    private static boolean leavesFiles(Change change) {
        return change instanceof Configure configure
                && configure.files().stream()
                        .filter(file -> file.before() instanceof FileState.Present
                                && file.path().endsWith(".ini"))
                        .flatMap(file -> file.diff().stream())
                        .anyMatch(line -> SESSIONS_IN_FILES.matcher(line).matches());
    }

    private static Port port(Plan plan) {
        List<FirewallChange> changes = plan.droplets().stream()
                .flatMap(d -> d.changes().stream())
                .filter(FirewallChange.class::isInstance)
                .map(FirewallChange.class::cast)
                .toList();
        if (changes.isEmpty()) {
            return Port.UNCHANGED;
        }
        if (changes.stream().anyMatch(change -> change.after().hasBootRules())) {
            return Port.CLOSED;
        }
        boolean local = plan.droplets().stream()
                .filter(d -> d.changes().stream().anyMatch(FirewallChange.class::isInstance))
                .allMatch(d -> d.changes().stream().anyMatch(Impact::makesLocal));
        return local ? Port.LOCAL : Port.OPEN;
    }

    private static boolean makesLocal(Change change) {
        return change instanceof Configure configure
                && configure.files().stream()
                        .anyMatch(file -> file.path().equals("/etc/memcached.conf")
                                && file.after() instanceof FileState.Present conf
                                && MemcachedFlags.ofFile(conf.content()).isLocal());
    }

    /** Returns the impact as sentences for the operator; never empty. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        if (!losing.isEmpty()) {
            sentences.add("Sessions are lost on " + Names.some(losing, MAX_NAMES) + ".");
        } else if (!rejoining.isEmpty()) {
            sentences.add(
                    "No session is lost: while memcached on one droplet restarts or joins, the others hold the sessions.");
        } else if (leavingFiles.isEmpty()) {
            sentences.add("No session is lost.");
        }
        if (!leavingFiles.isEmpty()) {
            sentences.add("Sessions that PHP keeps in files on " + Names.some(leavingFiles, MAX_NAMES)
                    + " are not taken over: their visitors begin a new session.");
        }
        if (!reloading.isEmpty()) {
            sentences.add("Pages wait up to " + RELOAD_SECONDS + " s while a web server reloads.");
        }
        switch (port) {
            case CLOSED -> sentences.add("Afterwards only the cluster's droplets can connect to memcached.");
            case OPEN -> sentences.add("Afterwards every host that reaches a droplet can connect to memcached.");
            case LOCAL -> sentences.add("Afterwards memcached listens only on its own droplet.");
            case UNCHANGED -> {
                // Nothing to say.
            }
        }
        return sentences;
    }
}
