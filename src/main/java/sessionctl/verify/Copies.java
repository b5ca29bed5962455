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

/** Which droplet's memcached holds which session. */
public final class Copies {
    private static final String NONE = "-";
    private static final int MOST_LINES = 100_000;

    /** A session of ours is a counter; a longer line is not of one. */
    private static final int LONGEST_LINE = 10_000;

    private final Map<String, String> ids;
    private final Map<String, Map<String, String>> held;
    private final int wanted;

    /** The bytes that most memcacheds hold of a session, by its id. */
    private final Map<String, String> usual = new HashMap<>();

    /**
     * What was found.
     *
     * @param ids the session that each droplet's PHP wrote, by the droplet's name
     * @param held what each memcached that could be asked holds, by the droplet's name: bytes in hexadecimal, by id
     * @param wanted on how many of them each session must be at least
     */
    public Copies(Map<String, String> ids, Map<String, Map<String, String>> held, int wanted) {
        this.ids = new LinkedHashMap<>(ids);
        this.held = new LinkedHashMap<>(held);
        this.wanted = wanted;
        ids.values().forEach(id -> usual.put(id, findUsual(id)));
    }

    /** The session that each droplet's PHP wrote, by the droplet's name. */
    public Map<String, String> ids() {
        return ids;
    }

    /** What each memcached that could be asked holds, by the droplet's name: bytes in hexadecimal, by id. */
    public Map<String, Map<String, String>> held() {
        return held;
    }

    /** On how many of them each session must be at least. */
    public int wanted() {
        return wanted;
    }

    /** Asks a droplet for sessions in its own memcached. */
    public static Command question(String address, int port, List<String> ids) {
        return script("get", address, port, ids);
    }

    /** Takes sessions, and PHP's locks on them, out of a droplet's own memcached. */
    public static Command deletion(String address, int port, List<String> ids) {
        return script("delete", address, port, ids);
    }

    private static Command script(String what, String address, int port, List<String> ids) {
        return Command.script(Scripts.asking("verify/copies.sh"), what, address, Integer.toString(port))
                .withInput(lines(ids));
    }

    static String lines(List<String> ids) {
        // An id comes from the droplet's PHP, and becomes a key in a request to memcached.
        StringBuilder lines = new StringBuilder();
        ids.stream().filter(Visit::isId).forEach(id -> lines.append(id).append('\n'));
        return lines.toString();
    }

    /** Reads the answer: bytes by id, of as many as an answer may name. */
    static Map<String, String> read(CommandResult answer) {
        return read(answer, id -> true);
    }

    /** The same of those that were asked for. */
    public static Map<String, String> read(CommandResult answer, List<String> ids) {
        return read(answer, new HashSet<>(ids)::contains);
    }

    private static Map<String, String> read(CommandResult answer, Predicate<String> asked) {
        Map<String, String> found = new TreeMap<>();
        answer.stdout()
                .lines()
                .limit(MOST_LINES)
                .filter(line -> line.length() <= LONGEST_LINE)
                .map(line -> line.split(" ", 2))
                .filter(w -> w.length == 2 && !w[1].equals(NONE) && asked.test(w[0]))
                // Most servers hold the same bytes.
                .forEach(w -> found.put(w[0], w[1].intern()));
        return found;
    }

    /** What a memcached holds of a droplet's session: yes, older or no. */
    public String of(String writer, String holder) {
        String id = ids.getOrDefault(writer, "");
        String bytes = held.getOrDefault(holder, Map.of()).get(id);
        if (bytes == null) {
            return "no";
        }
        return bytes.equals(usual.get(id)) ? "yes" : "other";
    }

    private String findUsual(String id) {
        Map<String, Integer> count = new TreeMap<>();
        held.values().forEach(of -> count.merge(of.getOrDefault(id, ""), 1, Integer::sum));
        count.remove("");
        return count.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    /** How many hold a droplet's session as it was written last. */
    public long there(String writer) {
        return held.keySet().stream().filter(h -> of(writer, h).equals("yes")).count();
    }

    /** What is missing where; a memcached that holds none of them is told once. */
    public List<Finding> findings() {
        Set<String> empty = held.keySet().stream()
                .filter(h -> wanted == held.size())
                .filter(h -> ids.keySet().stream().noneMatch(w -> of(w, h).equals("yes")))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<Finding> findings = new ArrayList<>();
        empty.forEach(holder -> findings.add(new Finding(
                holder,
                "its memcached holds none of the sessions that were just written on " + String.join(", ", ids.keySet()),
                "see what differs there: {sessionctl provision --dry-run}",
                bad(ids.keySet(), List.of(holder)))));
        for (String writer : ids.keySet()) {
            List<String> lacking = held.keySet().stream()
                    .filter(h -> !empty.contains(h) && !of(writer, h).equals("yes"))
                    .toList();
            if (!lacking.isEmpty() && there(writer) < wanted) {
                findings.add(tooFew(writer, lacking));
            }
        }
        return findings;
    }

    private Finding tooFew(String writer, List<String> lacking) {
        return new Finding(
                writer,
                "a session that was just written there is on " + there(writer) + " of " + held.size()
                        + " servers, not on " + String.join(", ", lacking)
                        + (wanted < held.size() ? "; " + wanted + " must hold it" : ""),
                "see memcache.session_redundancy there, and who reaches whom: {sessionctl firewall --check}",
                bad(List.of(writer), lacking));
    }

    private List<BadSession> bad(Collection<String> writers, List<String> holders) {
        BadSessions bad = new BadSessions();
        for (String writer : writers) {
            holders.forEach(holder -> bad.add(
                    ids.getOrDefault(writer, ""),
                    of(writer, holder).equals("no") ? BadSession.How.MISSING : BadSession.How.OLDER,
                    holder));
        }
        return bad.all();
    }
}
