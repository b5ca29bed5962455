package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.guard.GuardProgram;

/**
 * systemd ends a stop of memcached that takes too long, and with it the guard that pushes the sessions to the peers.
 */
class StopTimeTest {
    private static int number(String text, String pattern) {
        Matcher matcher = Pattern.compile("(?m)^" + pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        int number = Integer.parseInt(matcher.group(1));
        assertThat(matcher.find()).as("only one").isFalse();
        return number;
    }

    @Test
    void theStopTimeoutOfSystemdExceedsTheWaitsOfTheGuard() throws IOException {
        String unit = Samples.templateTexts().getOrDefault(TemplateSet.MEMCACHED_UNIT, "");
        int granted = 60 * number(unit, "TimeoutStopSec=(\\d+)min$");
        String guard = GuardProgram.text();
        int needed = number(guard, "our [$]TURN = (\\d+);")
                + number(guard, "our [$]HANDING = (\\d+);")
                + number(guard, "our [$]DRAIN = (\\d+);");
        assertThat(granted).isGreaterThan(needed);
    }
}
