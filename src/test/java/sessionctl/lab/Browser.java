package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A visitor with one cookie, who reads the tutorial's session.php. */
final class Browser {
    private static final Pattern COOKIE = Pattern.compile("(?im)^set-cookie:\\s*(PHPSESSID=[^;\\s]+)");
    private static final Pattern VISITS = Pattern.compile("Your number of visits: (\\d+)");

    private final Lab lab;
    private String cookie = "";

    Browser(Lab lab) {
        this.lab = lab;
    }

    /** Writes the page to the document root of Apache. */
    static void publish(Lab lab, String... hosts) {
        String page = Resources.text("lab/session.php");
        lab.onHosts(List.of(hosts), "cat >/var/www/html/session.php <<'PAGE'\n" + page + "PAGE\n");
    }

    /** Requests the page and returns it with its headers. */
    String visit(String host) {
        List<String> words = new ArrayList<>(List.of("curl", "-sSi", "--max-time", "40"));
        if (!cookie.isEmpty()) {
            words.addAll(List.of("--cookie", cookie));
        }
        words.add("http://" + lab.host(host).publicIp() + "/session.php");
        String page = lab.exec(words.toArray(String[]::new)).exits(0).out();
        Matcher given = COOKIE.matcher(page);
        if (given.find()) {
            cookie = given.group(1);
        }
        return page;
    }

    /** Returns the cookie that the visitor got, as NAME=VALUE, or an empty text before the first visit. */
    String cookie() {
        return cookie;
    }

    /** Requests the page and returns the number of visits that it shows, 0 for the first. */
    int visits(String host) {
        String page = visit(host);
        Matcher number = VISITS.matcher(page);
        if (number.find()) {
            return Integer.parseInt(number.group(1));
        }
        assertThat(page).as("the page of %s", host).contains("This is the first time");
        return 0;
    }

    /** Checks that one session counts all visits to these droplets, and so is shared between them. */
    static void assertSessionsShared(Lab lab, String... hosts) {
        publish(lab, hosts);
        Browser browser = new Browser(lab);
        assertThat(browser.visits(hosts[0])).isZero();
        for (int i = 0; i < hosts.length; i++) {
            assertThat(browser.visits(hosts[i]))
                    .as("visits seen on %s", hosts[i])
                    .isEqualTo(i + 1);
        }
    }
}
