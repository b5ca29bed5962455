package sessionctl.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.verify.http.ProbeResponse;

/** The sessions that each droplet's memcached holds. */
public final class SessionReplicas {
    private static final String NONE = "-";
    private static final int MAX_LINES = 100_000;

    /** The longest plausible line: a session of this run is only a counter. */
    private static final int MAX_LINE_LENGTH = 10_000;

    private final Map<String, String> ids;
    private final Map<String, Map<String, String>> held;
    private final int required;

    /** The value of a session, in hexadecimal, that most memcached servers hold, by session id. */
    private final Map<String, String> commonStates = new HashMap<>();

    /**
     * The replicas that were found.
     *
     * @param ids the id of the session that each droplet's PHP wrote, by the droplet's name
     * @param held the sessions on each memcached that answered, by the droplet's name: value in hexadecimal, by session
     *     id
     * @param required the number of servers that must hold each session; 0 if unknown
     */
    public SessionReplicas(Map<String, String> ids, Map<String, Map<String, String>> held, int required) {
        this.ids = new LinkedHashMap<>(ids);
        this.held = new LinkedHashMap<>(held);
        this.required = required;
        ids.values().forEach(id -> commonStates.put(id, findCommonState(id)));
    }

    /** The id of the session that each droplet's PHP wrote, by the droplet's name. */
    public Map<String, String> ids() {
        return ids;
    }

    /** The sessions on each memcached that answered, by the droplet's name: value in hexadecimal, by session id. */
    public Map<String, Map<String, String>> held() {
        return held;
    }

    /** The number of servers that must hold each session; 0 if unknown. */
    public int required() {
        return required;
    }

    /** The command that reads sessions from a droplet's own memcached. */
    public static Command readCommand(String address, int port, List<String> ids) {
        return command("get", address, port, ids);
    }

    /** The command that deletes sessions, and PHP's locks on them, from a droplet's own memcached. */
    public static Command deleteCommand(String address, int port, List<String> ids) {
        return command("delete", address, port, ids);
    }

    private static Command command(String what, String address, int port, List<String> ids) {
        return Command.script(Scripts.asking("verify/copies.sh"), what, address, Integer.toString(port))
                .withInput(ProbeResponse.lines(ids));
    }

    /**
     * Parses the answer to {@link #readCommand}: value in hexadecimal, by session id. Skips lines that are too long or
     * malformed.
     */
    public static Map<String, String> read(CommandResult answer) {
        return read(answer, id -> true);
    }

    /** Parses the answer to {@link #readCommand}, and ignores sessions that were not requested. */
    public static Map<String, String> read(CommandResult answer, List<String> ids) {
        return read(answer, new HashSet<>(ids)::contains);
    }

    private static Map<String, String> read(CommandResult answer, Predicate<String> asked) {
        Map<String, String> found = new TreeMap<>();
        answer.stdout()
                .lines()
                .limit(MAX_LINES)
                .filter(line -> line.length() <= MAX_LINE_LENGTH)
                .map(line -> line.split(" ", 2))
                .filter(w -> w.length == 2 && !w[1].equals(NONE) && asked.test(w[0]))
                // Saves memory, because most servers hold the same value.
                .forEach(w -> found.put(w[0], w[1].intern()));
        return found;
    }

    /**
     * Compares a memcached with a droplet's session: {@code yes}, {@code other} (another state) or {@code no}.
     *
     * @param writer the droplet whose PHP wrote the session
     * @param holder the droplet of the memcached
     */
    public String compare(String writer, String holder) {
        String id = ids.getOrDefault(writer, "");
        String bytes = held.getOrDefault(holder, Map.of()).get(id);
        if (bytes == null) {
            return "no";
        }
        return bytes.equals(commonStates.get(id)) ? "yes" : "other";
    }

    private String findCommonState(String id) {
        Map<String, Integer> count = new TreeMap<>();
        held.values().forEach(of -> count.merge(of.getOrDefault(id, ""), 1, Integer::sum));
        count.remove("");
        return count.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    /** Returns the number of servers that hold a droplet's session in its usual state. */
    public long countHolders(String writer) {
        return held.keySet().stream()
                .filter(h -> compare(writer, h).equals("yes"))
                .count();
    }

    /** Returns the missing replicas as findings. A memcached that holds none of the sessions gets one finding. */
    public List<CheckFailure> findings() {
        Set<String> empty = held.keySet().stream()
                .filter(h -> required == held.size())
                .filter(h -> ids.keySet().stream().noneMatch(w -> compare(w, h).equals("yes")))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<CheckFailure> findings = new ArrayList<>();
        empty.forEach(holder -> findings.add(new CheckFailure(
                holder,
                "its memcached holds none of the sessions that were just written on " + String.join(", ", ids.keySet()),
                "see what differs there: {sessionctl provision --dry-run}",
                failures(ids.keySet(), List.of(holder)))));
        for (String writer : ids.keySet()) {
            List<String> lacking = held.keySet().stream()
                    .filter(h -> !empty.contains(h) && !compare(writer, h).equals("yes"))
                    .toList();
            if (!lacking.isEmpty() && countHolders(writer) < required) {
                findings.add(tooFew(writer, lacking));
            }
        }
        return findings;
    }

    private CheckFailure tooFew(String writer, List<String> lacking) {
        return new CheckFailure(
                writer,
                "a session that was just written there is on " + countHolders(writer) + " of " + held.size()
                        + " servers, not on " + String.join(", ", lacking)
                        + (required < held.size() ? "; " + required + " must hold it" : ""),
                "check memcache.session_redundancy there, and the connections: {sessionctl firewall --check}",
                failures(List.of(writer), lacking));
    }

    private List<SessionFailure> failures(Collection<String> writers, List<String> holders) {
        SessionFailures bad = new SessionFailures();
        for (String writer : writers) {
            holders.forEach(holder -> bad.add(
                    ids.getOrDefault(writer, ""),
                    compare(writer, holder).equals("no") ? SessionFailure.How.MISSING : SessionFailure.How.OLDER,
                    holder));
        }
        return bad.all();
    }
}
