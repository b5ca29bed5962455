package sessionctl.desired;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sessionctl.state.Actual;

/** Where a memcached can be kept from PHP until it is filled. */
final class Guard {
    /** The program itself. */
    static final String PATH = "/usr/local/lib/sessionctl/guard";

    /** What brings the packet filter that it calls. */
    static final String PACKAGE = "iptables";

    private static final Pattern VERSION = Pattern.compile("(?:\\d{1,9}:)?(\\d{1,9})[.](\\d{1,9})[.].*");

    private Guard() {}

    /**
     * Whether it can be: from 231 on systemd starts programs with all privileges (systemd.service(5), the sign +), from 1.5
     * on memcached says what it holds without being prepared for it (its doc/protocol.txt, lru_crawler metadump).
     */
    static boolean possible(Actual actual) {
        if (!actual.platform().systemd()) {
            return false;
        }
        String version =
                actual.versions().getOrDefault("memcached", actual.offers().get("memcached"));
        if (version == null) {
            return newEnough(actual);
        }
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches() && (Integer.parseInt(matcher.group(1)) > 1 || Integer.parseInt(matcher.group(2)) >= 5);
    }

    /** The releases that bring both. */
    private static boolean newEnough(Actual actual) {
        String major = actual.platform().version().replaceAll("[.].*", "");
        if (!major.matches("\\d{1,3}")) {
            // Debian's testing and unstable have no version.
            return actual.platform().id().equals("debian") && major.isEmpty();
        }
        return Integer.parseInt(major) >= (actual.platform().id().equals("ubuntu") ? 18 : 10);
    }
}
