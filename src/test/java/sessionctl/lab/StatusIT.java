package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fault of a real cluster is in the first line of status, with its droplet and the command that fixes it. The test
 * runs that command, and then status reports no findings.
 */
class StatusIT {
    /**
     * All droplets share the machine's clock, so the test simulates another clock with a date(1) earlier in the path.
     */
    private static final String OTHER_CLOCK = """
            cat >/usr/sbin/date <<'END'
            #!/bin/sh
            exec /usr/bin/date -d '+10 minutes' "$@"
            END
            chmod +x /usr/sbin/date
            """;

    private static final String PUSHED_OUT = """
            sed -i 's/^-m .*/-m 2/' /etc/memcached.conf && systemctl restart memcached
            perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new("10.98.0.3:11211") or die;
                print $s "set item$_ 0 0 10000\\r\\n", "x" x 10000, "\\r\\n" and <$s> for 1 .. 800'
            """;

    /** A sentinel remembers for ten minutes how often it has blocked a server. */
    private static final String FORGET_BLOCKS = "systemctl restart sessionctl-sentinel";

    private static final String LOCKED = """
            perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new("10.98.0.1:11211") or die;
                print $s "set abcdefghijklmnopqrstuvwxyz.lock 0 0 1\\r\\n1\\r\\n"; <$s> =~ /STORED/ or die'
            """;

    /** Starts memcached with a unit without sessionctl's drop-in, which would wait a minute for the right address. */
    private static final String ELSEWHERE = """
            unit=/etc/systemd/system/memcached.service.d/sessionctl.conf
            sed -i 's/^-l .*/-l 127.0.0.1/' /etc/memcached.conf
            mv $unit /root/unit && systemctl daemon-reload && systemctl restart memcached
            mv /root/unit $unit && systemctl daemon-reload
            """;

    private static Lab lab;
    private static Path inventory;

    /**
     * A fault of a droplet.
     *
     * @param by the shell commands that cause it
     * @param first the expected first line of status
     * @param afterwards commands that remove what the remedy leaves; null if the remedy removes all of it
     */
    private record Fault(
            String host, String by, String first, @Nullable String afterwards) {
        Fault(String host, String by, String first) {
            this(host, by, first, null);
        }

        @Override
        public String toString() {
            return first;
        }
    }

    private static Fault override(String file, String line, String name) {
        return new Fault(
                "lamp02",
                "echo '" + line + "' >" + file + " && systemctl reload apache2",
                "lamp02: " + file + ":1 sets " + name + ", which overrides the inventory's",
                "rm " + file);
    }

    static List<Fault> faults() {
        return List.of(
                override("/etc/apache2/conf-enabled/zz.conf", "php_value session.save_path /tmp", "session.save_path"),
                override(
                        "/etc/apache2/mods-enabled/zz-php.conf",
                        "PHP_Admin_Value \"session.save_handler\" files",
                        "session.save_handler"),
                override(
                        "/etc/php/8.2/apache2/conf.d/99-site.ini",
                        "session.save_handler = memcached",
                        "session.save_handler"),
                new Fault(
                        "lamp02",
                        "printf '<Directory /var/www/html>\\nAllowOverride Options\\n</Directory>\\n'"
                                + " >/etc/apache2/conf-enabled/zz-allow.conf; echo 'php_value memcache.hash_strategy"
                                + " standard' >/var/www/html/.htaccess && systemctl reload apache2",
                        "lamp02: /var/www/html/.htaccess:1 sets memcache.hash_strategy, which overrides the"
                                + " inventory's",
                        "rm /var/www/html/.htaccess /etc/apache2/conf-enabled/zz-allow.conf; systemctl reload apache2"),
                new Fault("lamp02", "systemctl stop memcached", "lamp02: memcached does not run"),
                new Fault(
                        "lamp02",
                        ELSEWHERE,
                        "lamp02: memcached listens at 127.0.0.1, not at 10.98.0.2; /etc/memcached.conf does not"
                                + " match the inventory (-l)"),
                new Fault(
                        "lamp01",
                        "iptables -A OUTPUT -d 10.98.0.2 -p tcp --dport 11211 -j DROP",
                        "lamp01: it does not reach memcached on lamp02 (silent): lamp01 drops its own packets, by the rule"
                                + " \"-A OUTPUT -d 10.98.0.2/32 -p tcp -m tcp --dport 11211 -j DROP\" of iptables",
                        FORGET_BLOCKS),
                new Fault(
                        "lamp03",
                        "rm /etc/systemd/system/memcached.service.d/sessionctl.conf && systemctl daemon-reload",
                        "lamp03: memcached is unguarded, so its next start loses sessions"),
                new Fault(
                        "lamp02",
                        "perl /usr/local/lib/sessionctl/guard close",
                        "lamp02: its memcached port is still closed to PHP, though memcached runs"),
                new Fault("lamp01", "systemctl stop apache2", "lamp01: apache2 does not run"),
                new Fault("lamp03", "phpdismod memcache", "lamp03: PHP module memcache is switched off"),
                new Fault(
                        "lamp01",
                        LOCKED,
                        "lamp01: a session is locked (abcdef…) by a request that ended without unlocking"),
                new Fault(
                        "lamp02",
                        "sed -i '/^session.save_path/s/,tcp:[^,]*11211\"/\"/' /etc/php/8.2/apache2/php.ini",
                        "lamp02: /etc/php/8.2/apache2/php.ini does not match the inventory (session.save_path)"));
    }

    @BeforeAll
    static void applyRules() {
        lab = SharedCluster.inService();
        inventory = SharedCluster.inventory();
        lab.run("firewall", inventory.toString()).exits(0);
    }

    @AfterAll
    static void removeRules() {
        lab.run("firewall", inventory.toString(), "--remove").exits(0);
    }

    /** True after the test has seen that the droplets are healthy again. */
    private boolean seenHealthy;

    /** Restores the cluster, so that a fault does not affect the next test. */
    @AfterEach
    void restoreCluster() {
        if (seenHealthy) {
            return;
        }
        lab.onHosts(
                SharedCluster.NAMES,
                "iptables -D INPUT -s 10.98.0.1 -p tcp --dport 11211 -j DROP 2>/dev/null;"
                        + " iptables -D OUTPUT -d 10.98.0.2 -p tcp --dport 11211 -j DROP 2>/dev/null; true");
        lab.provision(inventory).exits(0);
        lab.run("firewall", inventory.toString()).exits(0);
    }

    private static Result status(String... options) {
        List<String> words = new ArrayList<>(List.of("status", inventory.toString(), "-q"));
        words.addAll(List.of(options));
        return lab.run(words.toArray(String[]::new));
    }

    private static String first(Result status) {
        return status.out().lines().findFirst().orElse("");
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsTheFirstLineAndItsRemedyFixesIt(Fault fault) {
        lab.onHost(fault.host(), fault.by());
        Result printed = status().exits(3).withoutTraces();
        String[] sides = first(printed).split("; run: ", 2);
        assertThat(sides).as("%s", printed).hasSize(2);
        assertThat(sides[0]).as("%s", printed).isEqualTo(fault.first());
        lab.runRemedy(sides[1]).exits(0);
        if (fault.afterwards() != null) {
            lab.onHost(fault.host(), fault.afterwards());
        }
        assertHealthy();
    }

    /** The sentinels may still fill a memcached that did not respond. */
    private void assertHealthy() {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Result healthy = status();
        while (!healthy.out().contains("nothing is wrong") && System.nanoTime() < end) {
            healthy = status();
        }
        healthy.exits(0);
        assertThat(healthy.out()).startsWith("cluster cluster: 3 droplets, nothing is wrong.\n");
        assertThat(healthy.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(healthy.err()).isEmpty();
        seenHealthy = true;
    }

    @Test
    void aRuleThatKeepsAnotherDropletAwayIsOvertaken() {
        String rule = "INPUT -s 10.98.0.1 -p tcp --dport 11211 -j DROP";
        lab.onHost("lamp02", "iptables -I " + rule + "; sleep 1");
        assertHealthy();
        lab.onHost("lamp02", "iptables -D " + rule);
        lab.onHosts(SharedCluster.NAMES, FORGET_BLOCKS);
    }

    @Test
    void aHealthyClusterIsReportedWithFigures() {
        Browser.assertSessionsShared(lab, SharedCluster.NAMES.toArray(String[]::new));
        assertHealthy();
        JsonObject root = JsonParser.parseString(
                        status("--output", "json").exits(0).out())
                .getAsJsonObject();
        assertThat(root.get("exit_code").getAsInt()).isZero();
        assertThat(root.getAsJsonArray("findings")).isEmpty();
        assertThat(root.getAsJsonArray("matrix")).hasSize(15);
        for (JsonElement element : root.getAsJsonArray("droplets")) {
            JsonObject droplet = element.getAsJsonObject();
            JsonObject memcached = droplet.getAsJsonObject("memcached");
            assertThat(memcached.get("sessions").getAsInt()).as("%s", droplet).isPositive();
            assertThat(memcached.get("limit_bytes").getAsLong()).isEqualTo(64 << 20);
            assertThat(memcached.get("bytes").getAsLong()).isPositive();
            assertThat(memcached.get("hits").getAsLong()).isPositive();
            assertThat(Math.abs(droplet.get("clock_ahead_seconds").getAsDouble()))
                    .isLessThan(1);
            assertThat(droplet.getAsJsonObject("session_request").toString())
                    .doesNotContain("silent", "refused", "strange");
            assertThat(droplet.getAsJsonArray("drift")).isEmpty();
        }
        status("--output", "markdown").exits(0).prints("nothing is wrong", "| lamp02 |");
    }

    /** Only its visitor may know the name of a session. */
    @Test
    void noOutputContainsTheNameOfASession() {
        Browser.publish(lab, SharedCluster.NAMES.toArray(String[]::new));
        Browser browser = new Browser(lab);
        browser.visit("lamp01");
        String name = browser.cookie().replaceFirst(".*=", "");
        assertThat(name).hasSizeGreaterThan(20);
        Path page = lab.folder().resolve("sessions.html");
        Result json =
                status("--output", "json", "--html", page.toString(), "-vv").exits(0);
        assertThat(json.out() + json.err()).doesNotContain(name);
        assertThat(page).content().doesNotContain(name).contains("holds session ");
        seenHealthy = true;
    }

    @Test
    void aClockThatIsTenMinutesAheadIsAFinding() {
        lab.onHost("lamp02", OTHER_CLOCK);
        Result printed = status().exits(3);
        lab.onHost("lamp02", "rm /usr/sbin/date");
        assertThat(first(printed))
                .isEqualTo("lamp02: its clock is 10 min ahead of the others', and sessions expire by the clock; run:"
                        + " ssh"
                        + " root@10.99.0.2 'timedatectl set-ntp true'");
        assertHealthy();
    }

    /** Simulates a server that was isolated from the network while PHP wrote. */
    @Test
    void olderCopiesOnOneServerAreAFinding() {
        String store = """
                perl -MIO::Socket::INET -e 'my ($own, $end) = @ARGV; my $s = IO::Socket::INET->new("$own:11211") or die;
                    for (10 .. 30) { print $s "set ${_}abcdefghijklmnopqrstuvwx 0 $end 1\\r\\nx\\r\\n"; <$s> =~ /STORED/ or die }'
                """.strip();
        long end = System.currentTimeMillis() / 1000 + 3000;
        lab.onHost("lamp01", store + " 10.98.0.1 " + (end + 100));
        lab.onHost("lamp02", store + " 10.98.0.2 " + end);
        lab.onHost("lamp03", store + " 10.98.0.3 " + (end + 100) + "; sleep 12");
        String printed = first(status().exits(3));
        assertThat(printed)
                .matches("lamp02: 2\\d of \\d+ sampled sessions are older on lamp02 than on its peers, so pages may"
                        + " show old"
                        + " data; run: sessionctl restart .* --limit lamp02");
        lab.runRemedy(printed.split("; run: ", 2)[1]).exits(0);
        assertHealthy();
    }

    @Test
    void aMemoryThatIsTooSmallIsAFinding() {
        lab.onHost("lamp03", PUSHED_OUT);
        assertThat(first(status().exits(3)))
                .matches("lamp03: memcached has evicted \\d+ items from its 2 MB, so sessions are lost; set"
                        + " memcached.memory in the inventory to 64 or more; run: sessionctl provision .*");
        Path larger = lab.inventoryWith("memcached: {memory: 64}\n", "lamp01", "lamp02", "lamp03");
        lab.provision(larger).exits(0);
        assertHealthy();
    }

    @Test
    void watchRedrawsTheScreenUntilItIsInterrupted() {
        List<String> words =
                new ArrayList<>(List.of("exec", "timeout", "--foreground", "--preserve-status", "-s", "INT"));
        words.add("20");
        words.addAll(Program.java());
        words.addAll(List.of("-Dsessionctl.tty.out=true", "-Dsessionctl.tty.err=true", "'-Dsessionctl.size=30 80'"));
        words.addAll(List.of("-jar", Lab.JAR.toString(), "status", "--watch", "1", inventory.toString()));
        Result watched = lab.command(
                        Map.of(), "script", "-qec", "stty cols 80 rows 30; " + String.join(" ", words), "/dev/null")
                .await(Duration.ofMinutes(1))
                .exits(130)
                .withoutTraces();
        assertThat(Pattern.compile("\u001b\\[H")
                        .matcher(watched.out())
                        .results()
                        .count())
                .isGreaterThan(1);
        assertThat(watched.out()).contains("nothing is wrong").endsWith("\u001b[?25h\r\n");
        assertThat(watched.err()).isEmpty();
        lab.run("status", inventory.toString(), "--watch").exits(5).complains("--watch needs a terminal");
        seenHealthy = true;
    }

    @Test
    void theHtmlPageIsWrittenCompletely() throws IOException {
        Path page = lab.folder().resolve("status.html");
        status("--html", page.toString()).exits(0).prints("nothing is wrong");
        assertThat(Files.readString(page))
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n")
                .contains("<svg ");
        status("--html", "/nowhere/status.html").exits(5).complains("/nowhere/status.html cannot be written");
        seenHealthy = true;
    }

    @Test
    void anUnreachableDropletIsNamedWithItsCost() {
        lab.script("freeze", "lamp03");
        Result printed;
        try {
            printed = status("--connect-timeout", "2").exits(4);
        } finally {
            lab.script("thaw", "lamp03");
        }
        assertHealthy();
        assertThat(first(printed))
                .matches("lamp03: lamp01 and lamp02 block it since ..:.. UTC; it does not answer. If it does not come"
                        + " back, remove or replace it; run: .*")
                .endsWith(" or replace it; run: sessionctl remove lamp03 " + inventory + " --dead");
        printed.prints("lamp03: it could not be reached: ", "unreached", "lamp01", "3 droplets, 2 problems.");
    }
}
