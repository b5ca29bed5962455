package sessionctl.state;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What keeps PHP away from a memcached that does not hold what its peers hold.
 *
 * @param shut whether the port answers with a reset
 * @param held whether it is to stay shut over a start, until it is admitted
 * @param away addresses of other servers to which the way is shut
 * @param told what the droplet's guard said last, as in {@code open 1795502181 300 sessions from 10.1.1.1}; empty where
 *     there is no guard
 */
public record Gate(boolean shut, boolean held, Set<String> away, String told) {
    /** A droplet that has never had one. */
    public static final Gate NONE = new Gate(false, false, Set.of(), "");

    private static final Pattern FAILED = Pattern.compile("failed \\d{1,12} (.*)");

    /** Copies the addresses. */
    public Gate {
        away = Set.copyOf(away);
    }

    /** The reason why the guard has not opened the port, without the command that earlier guards told; empty for none. */
    public String failure() {
        Matcher matcher = FAILED.matcher(told);
        return matcher.matches() ? matcher.group(1).replaceAll("; run: .*", "") : "";
    }

    /** Whether it waits for the rules of {@code sessionctl firewall}. */
    public boolean lacksFirewall() {
        return failure().equals("the rules of sessionctl firewall are not in force");
    }
}
