package sessionctl.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of the load generator.
 *
 * @param droplets the addresses of the web servers, as {@code 10.99.0.1} or {@code 127.0.0.1:8080}
 * @param path the page that counts
 * @param sessions the number of visitors before the traffic begins
 * @param idle the number of them that send no request until the end
 * @param rate requests a second
 * @param inFlight the maximum number of requests in flight; if all are stuck, the rate drops
 * @param newcomers of a thousand requests, the number that come from new visitors
 * @param timeout the time after which a request fails
 * @param keepAlive whether a connection is used for many requests. A load balancer by default opens one for each
 *     request. After a reload, Apache's prefork starts with five processes and adds one a second, so that clients with
 *     kept connections delay all others
 * @param history the file for each request and answer of reads, writes and log-outs; empty for visitors who only count
 * @param seed the seed of the random choices, 0 for another one each time
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
        boolean keepAlive,
        String history,
        int seed) {
    static final String USAGE = """
        Usage: LoadGenerator [--path /keeper.php] [--sessions 1000] [--idle 300] [--rate 330] [--in-flight 24]
                      [--newcomers 20] [--timeout 10] [--keep-alive no] [--history FILE] [--seed N] ADDRESS...
        On standard input: 'out ADDRESS', 'in ADDRESS', 'counts', 'sweep' with --history, 'stop'; each is answered when it holds.
        Exit codes: 0 nothing was lost, stale or failed; 1 something was; 2 wrong usage, or no session could be opened.\
        """;

    /** Creates settings with kept connections. */
    Settings(
            List<String> droplets,
            String path,
            int sessions,
            int idle,
            int rate,
            int inFlight,
            int newcomers,
            Duration timeout) {
        this(droplets, path, sessions, idle, rate, inFlight, newcomers, timeout, true, "", 0);
    }

    Settings {
        droplets = List.copyOf(droplets);
    }

    /** Parses the command line. An {@link IllegalArgumentException} describes an error in it. */
    static Settings of(String... arguments) {
        Map<String, String> options = new HashMap<>(Map.of(
                "--history", "",
                "--seed", "0",
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
            } else if (i + 1 == arguments.length || options.replace(arguments[i], arguments[i + 1]) == null) {
                throw new IllegalArgumentException(arguments[i] + " is not an option here, or lacks its value");
            } else {
                i++;
            }
        }
        if (droplets.isEmpty()) {
            throw new IllegalArgumentException("no droplet is given");
        }
        return new Settings(
                droplets,
                options.get("--path"),
                number(options, "--sessions"),
                number(options, "--idle"),
                number(options, "--rate"),
                number(options, "--in-flight"),
                number(options, "--newcomers"),
                Duration.ofMillis(Math.round(Double.parseDouble(options.get("--timeout")) * 1000)),
                options.get("--keep-alive").equals("yes"),
                options.get("--history"),
                number(options, "--seed"));
    }

    private static int number(Map<String, String> options, String option) {
        try {
            return Integer.parseInt(options.get(option));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " wants a number, not '" + options.get(option) + "'", e);
        }
    }
}
