package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A healthy cluster passes verify, each fault is in the first line, and a drill leaves no traces. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VerifyIT {
    private static final List<String> NAMES = SharedCluster.NAMES;
    private static final Duration RUN = Duration.ofMinutes(2);
    private static final String RELOAD = "; systemctl reload apache2";
    private static final String PHP_INI = "/etc/php/8.2/apache2/php.ini";
    private static final String MODULE_INI = "/etc/php/8.2/mods-available/memcache.ini";
    private static final String PROVISION = "; run: sessionctl provision";

    private static Lab lab;
    private static Set<String> others = Set.of();

    @BeforeAll
    static void inService() {
        lab = SharedCluster.inService();
        others = sessions();
    }

    /** Returns the sessions of all memcached servers, read from the local address, which no guard blocks. */
    private static Set<String> sessions() {
        String dump = "perl -MSocket -e 'socket(my $s, PF_INET, SOCK_STREAM, 0) or die; bind($s, sockaddr_in(0,"
                + " INADDR_LOOPBACK)) or die; connect($s, sockaddr_in(11211, inet_aton($ARGV[0]))) or die;"
                + " syswrite($s, \"lru_crawler metadump all\\r\\n\"); while (<$s>) { last if !/^(key=|OK)/; print \"$1\\n\" if"
                + " /^key=(\\S+)/ }' $(ip -o -4 addr show eth1 | sed 's/.* inet //; s,/.*,,')";
        return lab.onHosts(NAMES, dump).stream().flatMap(String::lines).collect(Collectors.toSet());
    }

    private static Result verify(String... options) {
        return lab.run(words(options)).withoutTraces();
    }

    private static String[] words(String... options) {
        List<String> words =
                new ArrayList<>(List.of("verify", SharedCluster.inventory().toString()));
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    /** Checks that no page, rule or timer remains, that memcached runs, and that its guard has opened it. */
    private static void assertNothingIsLeft() {
        lab.onHosts(
                NAMES,
                "! ls /var/www/html/sessionctl-* && ! ls /var/lib/sessionctl/probe/[0-9a-f]* /etc/systemd/system/sessionctl-probe.service && ! ls -d /run/sessionctl/drill-* &&"
                        + " ! iptables -S SESSIONCTL-GATE | grep -e -j &&"
                        + " ! systemctl list-timers --all | grep -e sessionctl-probe -e sessionctl-drill &&"
                        + " systemctl is-active memcached");
        assertThat(others).as("sessions of this run").containsAll(sessions());
    }

    @Test
    @Order(1)
    void aHealthyClusterPassesAllChecks() throws IOException {
        Path junit = lab.folder().resolve("verify.xml");
        Result run = verify("--junit", junit.toString()).exits(0);
        assertThat(run.out())
                .startsWith("All 7 checks passed on 3 droplets.\n")
                .contains("the counter was 1 2 3 4 5 6 7 8 9 10\n", "starts an empty session")
                .doesNotContain("FAILED", "skipped");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(Files.readString(junit)).contains("tests=\"7\" failures=\"0\" errors=\"0\" skipped=\"0\"");
        assertNothingIsLeft();
        JsonObject json = JsonParser.parseString(
                        verify("--output", "json", "-q").exits(0).out())
                .getAsJsonObject();
        assertThat(json.getAsJsonArray("promises")).hasSize(7);
        assertThat(json.getAsJsonArray("droplets").asList().stream()
                        .map(d ->
                                d.getAsJsonObject().get("settings_fingerprint").getAsString())
                        .distinct())
                .hasSize(1);
    }

    /**
     * A fault of a droplet.
     *
     * @param named the droplet at the start of the first line
     * @param plant the shell commands that cause the fault
     * @param undo the shell commands that undo it
     * @param first the expected parts of the first line, in this order
     */
    private record Fault(String host, String named, String plant, String undo, List<String> first) {}

    private static Fault fault(String host, String plant, String undo, String... first) {
        return new Fault(host, host, plant, undo, List.of(first));
    }

    private static void assertNamed(Fault fault, String... options) {
        lab.onHost(fault.host(), fault.plant());
        try {
            String first = verify(options).exits(3).out().lines().findFirst().orElse("");
            assertThat(first).as(fault.plant()).startsWith(fault.named() + ": ").contains(fault.first());
        } finally {
            lab.onHost(fault.host(), fault.undo());
        }
    }

    private static String edited(String file, String directive, String value) {
        return "cp -p " + file + " /root/kept; sed -i 's|^" + directive + ".*|" + directive + "=" + value + "|' "
                + file;
    }

    private static String restore(String file) {
        return "cp -p /root/kept " + file;
    }

    @Test
    @Order(2)
    void aPhpSettingThatDiffersIsNamedWithItsFile() {
        assertNamed(fault(
                "lamp02",
                edited(PHP_INI, "session.save_path", "\"tcp://10.98.0.2:11211\"") + RELOAD,
                restore(PHP_INI) + RELOAD,
                "session.save_path is tcp://10.98.0.2:11211, not the inventory's tcp://10.98.0.1:11211,",
                "(" + PHP_INI + ":",
                PROVISION));
        assertNamed(fault(
                "lamp01",
                edited(MODULE_INI, "memcache.session_redundancy", "2") + RELOAD,
                restore(MODULE_INI) + RELOAD,
                "memcache.session_redundancy is 2, not the inventory's 4 (",
                "memcache.ini:",
                PROVISION));
        assertNamed(fault(
                "lamp03",
                "printf '<Directory /var/www/html>\\nAllowOverride All\\n</Directory>\\n'"
                        + " >/etc/apache2/conf-enabled/own.conf; echo 'php_value session.save_path"
                        + " \"tcp://10.98.0.3:11211\"' >/var/www/html/.htaccess" + RELOAD,
                "rm /etc/apache2/conf-enabled/own.conf /var/www/html/.htaccess" + RELOAD,
                "session.save_path is tcp://10.98.0.3:11211, not",
                "(/var/www/html/.htaccess:1); remove that line from the file"));
        assertNamed(fault(
                "lamp02",
                "phpdismod memcache" + RELOAD,
                "phpenmod -s apache2 memcache" + RELOAD,
                "PHP has not loaded its memcache module",
                PROVISION));
    }

    @Test
    @Order(3)
    void anOverridingPoolFileIsNamed() {
        String pool = "/etc/php/8.2/fpm/pool.d/www.conf";
        assertNamed(fault(
                "lamp03",
                "apt-get install -qqy php8.2-fpm >&2 && cp " + PHP_INI + " /etc/php/8.2/fpm/php.ini &&"
                        + " echo 'php_admin_value[session.save_path] = tcp://10.98.0.3:11211' >>" + pool
                        + " && systemctl restart php8.2-fpm && a2dismod -q php8.2 && a2enmod -q proxy_fcgi setenvif &&"
                        + " a2enconf -q php8.2-fpm && systemctl restart apache2",
                "a2disconf -q php8.2-fpm; a2enmod -q php8.2; systemctl restart apache2;"
                        + " apt-get purge -qqy php8.2-fpm >&2",
                "session.save_path is tcp://10.98.0.3:11211, not",
                "(" + pool + ":",
                "remove that line from the file, then run there: systemctl reload php8.2-fpm"));
    }

    @Test
    @Order(4)
    void aServerThatDoesNotRunOrIsUnreachableIsNamed() {
        assertNamed(
                fault(
                        "lamp03",
                        "systemctl stop memcached",
                        "systemctl start memcached",
                        "memcached does not run",
                        PROVISION),
                "--drill");
        assertNamed(fault(
                "lamp02",
                "cp -p /etc/memcached.conf /root/kept; sed -i 's/^-l .*/-l 127.0.0.1/' /etc/memcached.conf;"
                        + " systemctl restart --no-block memcached; until ss -Hlnt | grep -q 127.0.0.1:11211; do sleep 0.1;"
                        + " done",
                "cp -p /root/kept /etc/memcached.conf; systemctl restart memcached",
                "memcached listens at 127.0.0.1, not at 10.98.0.2",
                PROVISION));
        assertNamed(new Fault(
                "lamp02",
                "lamp02",
                "iptables -A OUTPUT -d 10.98.0.1 -p tcp --dport 11211 -j DROP",
                "iptables -D OUTPUT -d 10.98.0.1 -p tcp --dport 11211 -j DROP; for i in $(seq 100); do"
                        + " timeout 1 bash -c '</dev/tcp/10.98.0.1/11211' && exit; sleep 0.1; done; exit 1",
                List.of(
                        "it does not reach memcached on lamp01 at 10.98.0.1 (silent): lamp02 drops its own packets",
                        "; run on lamp02: iptables -D OUTPUT -d 10.98.0.1/32 -p tcp -m tcp --dport 11211 -j DROP")));
        assertNamed(fault(
                "lamp03",
                "systemctl stop apache2",
                "systemctl start apache2",
                "nothing listens at http://" + lab.host("lamp03").publicIp() + ":80",
                PROVISION));
    }

    @Test
    @Order(5)
    void aDrillOfThreeTakesLessThanAMinuteAndLosesNothing() {
        long start = System.nanoTime();
        Result run = verify("--drill").exits(0);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
        assertThat(run.out())
                .startsWith("All 10 checks passed on 3 droplets.\n")
                .containsPattern("slowest answer \\d+ ms");
        assertThat(run.out().split("270 of 270 requests found their session: 30 sessions on", -1))
                .hasSize(4);
        assertNothingIsLeft();
    }

    private static Program startDrill(String timeout, String until) throws InterruptedException {
        Program run = lab.start(Map.of(), "", words("--drill", "--drill-timeout", timeout));
        while (run.runs() && !run.stderr().contains("lamp01: its memcached " + until + "\n")) {
            Thread.sleep(50);
        }
        return run;
    }

    private static Program startDrill() throws InterruptedException {
        Program run = startDrill("10", "stops responding");
        assertThat(lab.onHost("lamp01", "iptables -S SESSIONCTL-GATE")).contains("-j DROP");
        return run;
    }

    /** Waits until the droplet itself has ended the drill of a killed run. */
    private static void awaitRollback() {
        lab.onHost(
                "lamp01",
                "for i in $(seq 300); do [ ! -e /run/sessionctl/drill-* ] && systemctl is-active -q memcached && exit 0;"
                        + " sleep 0.1; done; exit 1");
        // The pages of the killed run are removed by timers; the test triggers these now.
        lab.onHosts(
                NAMES,
                "for unit in $(systemctl list-units --plain --no-legend 'sessionctl-probe-*.timer' | cut -d ' ' -f 1); do"
                        + " systemctl start ${unit%.timer}.service && systemctl stop $unit; done");
        // The sessions of the killed run expire by themselves.
        others = sessions();
        assertNothingIsLeft();
        verify().exits(0);
    }

    @Test
    @Order(6)
    void theProbePageNeedsItsSecretAndAnInterruptedDrillLeavesNothing() throws InterruptedException {
        Program run = startDrill();
        String page = lab.onHost("lamp02", "cd /var/www/html; ls sessionctl-*").strip();
        assertThat(lab.exec("curl", "-sSi", "http://" + lab.host("lamp02").publicIp() + "/" + page + "?do=settings")
                        .out())
                .startsWith("HTTP/1.1 404 ")
                .doesNotContain("session", "PHP")
                .endsWith("\r\n\r\n");
        run.signal("INT");
        run.await(RUN).exits(130).withoutTraces().complains("Interrupted: restoring memcached");
        assertNothingIsLeft();
    }

    @Test
    @Order(7)
    void theDropletItselfRollsBackAKilledDrill() throws InterruptedException {
        Program run = startDrill();
        run.signal("KILL");
        run.await(RUN);
        awaitRollback();
    }

    @Test
    @Order(8)
    void theDropletItselfRollsBackADrillThatIsKilledWhileMemcachedIsStopped() throws InterruptedException {
        Program run = startDrill("20", "stops");
        run.signal("KILL");
        run.await(RUN);
        assertThat(lab.onHost("lamp01", "systemctl show -P ActiveState memcached"))
                .isEqualTo("inactive\n");
        assertThat(lab.onHost("lamp01", "systemctl list-timers 'sessionctl-drill-*'"))
                .contains("sessionctl-drill-");
        awaitRollback();
    }

    @Test
    @Order(9)
    void aSecondDrillIsRefused() throws InterruptedException {
        Program first = startDrill("90", "stops responding");
        verify("--drill").exits(7).complains("lamp01 is held by ", ": verify --drill; nothing was changed");
        first.await(RUN).exits(0).prints("All 10 checks passed on 3 droplets.");
        assertNothingIsLeft();
    }
}
