package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;

/**
 * systemd ends a stop of memcached that takes too long, and with it the guard that pushes the sessions to the peers.
 */
class StopTimeTest {
    private static int number(String template, String pattern) throws IOException {
        Matcher matcher = Pattern.compile("(?m)^" + pattern)
                .matcher(Samples.templateTexts().getOrDefault(template, ""));
        assertThat(matcher.find()).as(template + ": " + pattern).isTrue();
        int number = Integer.parseInt(matcher.group(1));
        assertThat(matcher.find()).as("only one").isFalse();
        return number;
    }

    @Test
    void theStopTimeoutOfSystemdExceedsTheWaitsOfTheGuard() throws IOException {
        int granted = 60 * number("memcached.service.ftl", "TimeoutStopSec=(\\d+)min$");
        int needed = number("guard.ftl", "my [$]TURN = (\\d+);")
                + number("guard.ftl", "my [$]HANDING = (\\d+);")
                + number("guard.ftl", "my [$]DRAIN = (\\d+);");
        assertThat(granted).isGreaterThan(needed);
    }
}
