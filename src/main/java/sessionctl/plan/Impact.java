package sessionctl.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
 * @param switching the names of droplets whose PHP has kept sessions elsewhere until now, which are not taken over
 * @param reloading the names of droplets whose web server reloads while it serves pages
 * @param closing the names of droplets where afterwards only the cluster's droplets can connect to memcached
 * @param opening the names of droplets where afterwards every host can connect to memcached that reaches it
 * @param local the names of droplets where memcached afterwards listens only on its own droplet
 */
public record Impact(
        List<String> losing,
        List<String> rejoining,
        List<String> switching,
        List<String> reloading,
        List<String> closing,
        List<String> opening,
        List<String> local) {
    /** The longest time that a page waited for a reload in 45 reloads under traffic, rounded up, in seconds. */
    public static final double RELOAD_SECONDS = 0.3;

    private static final int MAX_NAMES = 12;
    private static final Pattern NEW_HANDLER = Pattern.compile("\\+\\s*session\\.save_handler\\s*=.*");

    /** Returns the impact of a plan. */
    public static Impact of(Plan plan) {
        Predicate<Change> rules = FirewallChange.class::isInstance;
        List<String> local = names(plan, Impact::makesLocal);
        // PHP of a member keeps its sessions in memcached already, whichever of its files names the handler.
        Set<String> members = new HashSet<>(names(plan, change -> change.risk() == Risk.REJOINS));
        members.removeAll(names(plan, change -> change.stage() == Stage.UNCORDON));
        return new Impact(
                names(plan, change -> change.risk().losesSessions()),
                names(plan, Impact::rejoins),
                names(plan, Impact::switchesHandler).stream()
                        .filter(name -> !members.contains(name))
                        .toList(),
                names(plan, change -> change.stage() == Stage.WEB && change.risk() != Risk.NONE),
                names(plan, rules.and(Impact::hasRules)),
                names(plan, rules.and(change -> !hasRules(change))).stream()
                        .filter(name -> !local.contains(name))
                        .toList(),
                local);
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

    /** Returns true if PHP, which is installed already, gets another handler of sessions. */
    private static boolean switchesHandler(Change change) {
        return change instanceof Configure configure
                && configure.files().stream()
                        .filter(file -> file.before() instanceof FileState.Present
                                && file.path().endsWith(".ini"))
                        .flatMap(file -> file.diff().stream())
                        .anyMatch(line -> NEW_HANDLER.matcher(line).matches());
    }

    private static boolean hasRules(Change change) {
        return change instanceof FirewallChange rules && rules.after().hasBootRules();
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
        } else if (switching.isEmpty()) {
            sentences.add("No session is lost.");
        }
        if (!switching.isEmpty()) {
            sentences.add("Sessions that PHP on " + Names.some(switching, MAX_NAMES)
                    + " keeps elsewhere until now are not taken over: their visitors begin a new session.");
        }
        if (!reloading.isEmpty()) {
            sentences.add("Pages wait up to " + RELOAD_SECONDS + " s while a web server reloads.");
        }
        add("Afterwards only the cluster's droplets can connect to memcached on ", closing, sentences);
        add("Afterwards every host can connect to memcached that reaches ", opening, sentences);
        add("Afterwards memcached listens only on its own droplet on ", local, sentences);
        return sentences;
    }

    private static void add(String begin, List<String> names, List<String> sentences) {
        if (!names.isEmpty()) {
            sentences.add(begin + Names.some(names, MAX_NAMES) + ".");
        }
    }
}
