package sessionctl.keeper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the keeper is told on its command line.
 *
 * @param droplets where Apache answers, as {@code 10.99.0.1} or {@code 127.0.0.1:8080}
 * @param path the page that counts
 * @param sessions how many visitors come before the traffic begins
 * @param idle how many of them then stay away until the end
 * @param rate requests a second
 * @param inFlight requests that may be under way at once; where they are all stuck, the rate falls
 * @param newcomers how many of a thousand requests come from a new visitor
 * @param timeout when a request has failed
 * @param keepAlive whether a connection is used for many requests. A load balancer opens one for each, unless told
 *     otherwise; and after a reload Apache's prefork begins with five processes and adds one a second, so that clients
 *     who keep theirs make all others wait
 */
record Settings(
        List<String> droplets,
        String path,
        int sessions,
        int idle,
        int rate,
        int inFlight,
        int newcomers,
        Duration timeout,
        boolean keepAlive) {
    static final String USAGE = """
            Usage: Keeper [--path /keeper.php] [--sessions 1000] [--idle 300] [--rate 330] [--in-flight 24]
                          [--newcomers 20] [--timeout 10] [--keep-alive no] ADDRESS...
            On standard input: 'out ADDRESS', 'in ADDRESS', 'counts', 'stop'; each is answered when it holds.
            Exit codes: 0 nothing was lost, stale or failed; 1 something was; 2 wrong usage, or no session could be opened.""";

    /** With connections that are kept. */
    Settings(
            List<String> droplets,
            String path,
            int sessions,
            int idle,
            int rate,
            int inFlight,
            int newcomers,
            Duration timeout) {
        this(droplets, path, sessions, idle, rate, inFlight, newcomers, timeout, true);
    }

    Settings {
        droplets = List.copyOf(droplets);
    }

    /** Takes the command line apart; an {@link IllegalArgumentException} says what is wrong with it. */
    static Settings of(String... arguments) {
        Map<String, String> given = new HashMap<>(Map.of(
                "--path", "/keeper.php",
                "--sessions", "1000",
                "--idle", "300",
                "--rate", "330",
                "--in-flight", "24",
                "--newcomers", "20",
                "--timeout", "10",
                "--keep-alive", "no"));
        List<String> droplets = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            if (!arguments[i].startsWith("--")) {
                droplets.add(arguments[i]);
            } else if (i + 1 == arguments.length || given.replace(arguments[i], arguments[i + 1]) == null) {
                throw new IllegalArgumentException(arguments[i] + " is no option here, or lacks its value");
            } else {
                i++;
            }
        }
        if (droplets.isEmpty()) {
            throw new IllegalArgumentException("no droplet is given");
        }
        return new Settings(
                droplets,
                given.get("--path"),
                number(given, "--sessions"),
                number(given, "--idle"),
                number(given, "--rate"),
                number(given, "--in-flight"),
                number(given, "--newcomers"),
                Duration.ofMillis(Math.round(Double.parseDouble(given.get("--timeout")) * 1000)),
                given.get("--keep-alive").equals("yes"));
    }

    private static int number(Map<String, String> given, String option) {
        try {
            return Integer.parseInt(given.get(option));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " wants a number, not '" + given.get(option) + "'", e);
        }
    }
}
