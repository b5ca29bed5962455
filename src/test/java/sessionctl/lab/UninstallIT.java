package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The removal of sessionctl from two droplets: without the restoration no session is lost, with it the original files
 * are back. Nothing but the logs is left.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UninstallIT {
    private static final List<String> NAMES = List.of("lamp01", "lamp02");
    private static final String INI = "/etc/php/8.2/apache2/php.ini";
    private static final String MODULE = "/etc/php/8.2/mods-available/memcache.ini";
    private static final String SHIPPED = "/usr/lib/php/8.2/php.ini-production";

    /** Files, rules and units of sessionctl. */
    private static final String TRACES = """
            find / -xdev \\( -path /proc -o -path /sys -o -path /srv/apt \\) -prune -o -name '*sessionctl*' -print
            find /run -name '*sessionctl*'
            { iptables-save; ip6tables-save; } 2>/dev/null | grep SESSIONCTL
            systemctl list-units --all --no-legend --plain 'sessionctl*'
            systemctl show -p DropInPaths memcached.service | grep sessionctl
            pgrep -l '^sessionctl-guar'
            true
            """;

    private static final String PRESENT_LOGS = "/var/log/sessionctl\n/var/log/sessionctl.log\n";

    private static Lab lab;
    private static Path inventory;
    private static List<String> before;
    private static Browser visitor;

    @BeforeAll
    static void provisionTwoDroplets() {
        lab = Lab.up(NAMES.size());
        inventory = lab.inventory();
        before = traces();
        lab.provision(inventory).exits(0);
        Browser.publish(lab, "lamp01", "lamp02");
        visitor = new Browser(lab);
        assertThat(visitor.visits("lamp01")).isZero();
    }

    @AfterAll
    static void removeLab() {
        lab.close();
    }

    private static List<String> traces() {
        return lab.onHosts(NAMES, TRACES);
    }

    /** Checks that only the logs were added since the droplets were bare. */
    private static void assertNothingIsLeft() {
        List<String> now = traces();
        for (int i = 0; i < NAMES.size(); i++) {
            List<String> old = before.get(i).lines().toList();
            assertThat(now.get(i).lines().filter(line -> !old.contains(line)).sorted())
                    .as("left on %s", NAMES.get(i))
                    .containsExactlyElementsOf(PRESENT_LOGS.lines().toList());
        }
    }

    /** Returns the processes of the services. The last reload is not among it: daemon-reload makes systemd forget it. */
    private static String fingerprints() {
        return NAMES.stream()
                .flatMap(host ->
                        Services.fingerprint(lab, host, "apache2", "memcached").lines())
                .filter(line -> !line.startsWith("ExecReload="))
                .collect(Collectors.joining("\n"));
    }

    private static Result uninstall(String... options) {
        List<String> words = new ArrayList<>(List.of("uninstall", inventory.toString()));
        words.addAll(List.of(options));
        return lab.run(words.toArray(String[]::new));
    }

    @Test
    @Order(1)
    void aDryRunShowsTheRemovalAndChangesNothing() {
        Disk.Snapshot disks = Disk.snapshot(lab, NAMES);
        uninstall("--dry-run", "--detailed-exitcode")
                .exits(2)
                .prints("* guard: remove the guard of memcached, which runs on", "-/usr/local/lib/sessionctl")
                .prints(
                        "No session is lost.",
                        "Afterwards every host can connect to memcached that reaches lamp01, lamp02.")
                .prints("every later restart of it loses them", "Dry run: nothing was changed. To apply: ");
        disks.assertUnchanged();
    }

    @Test
    @Order(2)
    void theSessionsStaySharedWithoutSessionctl() {
        String services = fingerprints();
        uninstall().exits(0).prints("lamp01: done (3 changes)", "lamp02: done (3 changes)");
        assertThat(fingerprints()).as("no service restarted").isEqualTo(services);
        assertNothingIsLeft();
        assertThat(visitor.visits("lamp02")).isEqualTo(1);
        assertThat(visitor.visits("lamp01")).isEqualTo(2);
        for (String host : NAMES) {
            assertThat(lab.onHost(host, "systemctl show -p NeedDaemonReload memcached.service"))
                    .isEqualTo("NeedDaemonReload=no\n");
            assertThat(lab.onHost(host, "tail -n 1 /var/log/sessionctl.log")).contains("\tuninstall\t", "\tdone\t3");
        }
    }

    @Test
    @Order(3)
    void aSecondRunHasNothingToRemove() {
        Disk.Snapshot disks = Disk.snapshot(lab, NAMES);
        uninstall().exits(0).prints("No changes. Nothing of sessionctl is left to remove.");
        disks.assertUnchanged();
    }

    @Test
    @Order(4)
    void memcachedStartsWithoutTheGuard() {
        for (String host : NAMES) {
            lab.onHost(host, "systemctl restart memcached && sleep 1 && systemctl is-active memcached");
        }
        Browser.assertSessionsShared(lab, "lamp01", "lamp02");
    }

    @Test
    @Order(5)
    void provisionInstallsEverythingAgainWithoutALossOfSessions() {
        Browser another = new Browser(lab);
        assertThat(another.visits("lamp01")).isZero();
        lab.provision(inventory).exits(0);
        assertThat(another.visits("lamp02")).isEqualTo(1);
        lab.provision(inventory, "--dry-run", "--detailed-exitcode").exits(0);
        lab.run("firewall", inventory.toString(), "--check").exits(0);
        lab.run("restart", inventory.toString()).exits(0);
        assertThat(another.visits("lamp01")).isEqualTo(2);
    }

    /** The run is killed after the guard is gone and before the rest. */
    @Test
    @Order(6)
    void aRunThatWasKilledIsFinishedByTheNextOne() {
        lab.onHosts(
                NAMES,
                "rm /etc/systemd/system/memcached.service.d/sessionctl.conf && rm -r /run/sessionctl/guard"
                        + " && systemctl daemon-reload");
        uninstall("--dry-run").exits(0).prints("* guard: remove the guard of memcached, which runs on");
        uninstall().exits(0);
        assertNothingIsLeft();
        lab.provision(inventory).exits(0);
    }

    /** The first uninstall has removed the first originals, so the files of that time count as originals now. */
    @Test
    @Order(7)
    void theRestorationIsRefusedWithoutConsent() {
        for (String host : NAMES) {
            lab.onHost(
                    host,
                    "o=/var/lib/sessionctl/original && mkdir -p $o/etc/php/8.2/apache2 $o/etc/php/8.2/mods-available"
                            + " && cp -p " + SHIPPED + " $o" + INI
                            + " && printf 'extension=memcache.so\\n' >$o" + MODULE
                            + " && sed 's/^-l .*/-l 127.0.0.1/' /etc/memcached.conf >$o/etc/memcached.conf");
        }
        Disk.Snapshot disks = Disk.snapshot(lab, NAMES);
        uninstall("--restore")
                .exits(1)
                .prints("-session.save_handler = memcache", "+session.save_handler = files", "Sessions are lost on")
                .complains("Nothing was changed: this plan loses sessions", "--accept-session-loss");
        disks.assertUnchanged();
    }

    /** The web server of lamp02 refuses its configuration, so no memcached may change. */
    @Test
    @Order(8)
    void aWebServerThatRefusesItsConfigurationStopsTheRunBeforeMemcached() {
        lab.onHost("lamp02", "echo Nonsense >/etc/apache2/conf-enabled/broken.conf");
        String conf = lab.onHost("lamp02", "cat " + INI);
        uninstall("--restore", "--accept-session-loss").exits(1).prints("its configuration is refused even without");
        assertThat(lab.onHost("lamp02", "cat " + INI)).isEqualTo(conf);
        assertThat(lab.onHost("lamp01", "ls /usr/local/lib/sessionctl/guard; iptables -S | grep -c 'j SESSIONCTL$'"))
                .isEqualTo("/usr/local/lib/sessionctl/guard\n1\n");
        lab.onHost("lamp02", "rm /etc/apache2/conf-enabled/broken.conf");
    }

    @Test
    @Order(9)
    void theOriginalFilesAreRestored() {
        uninstall("--restore", "--accept-session-loss").exits(0);
        assertNothingIsLeft();
        for (String host : NAMES) {
            lab.onHost(host, "cmp " + SHIPPED + " " + INI + " && grep -qx extension=memcache.so " + MODULE);
            assertThat(lab.onHost(host, "ss -Hlnt | awk '{print $4}' | grep ':11211$'"))
                    .isEqualTo("127.0.0.1:11211\n");
            lab.onHost(host, "systemctl is-active apache2 memcached && apache2ctl configtest");
        }
        Browser alone = new Browser(lab);
        assertThat(alone.visits("lamp01")).isZero();
        assertThat(alone.visits("lamp01")).isEqualTo(1);
        assertThat(alone.visits("lamp02"))
                .as("sessions are in files of each droplet")
                .isZero();
        uninstall("--restore").exits(0).prints("No changes.");
    }

    @Test
    @Order(10)
    void aDropletThatIsDownStopsTheRunBeforeAnyChange() {
        lab.provision(inventory).exits(0);
        lab.onHost("lamp02", "systemctl stop ssh");
        try {
            Disk.Snapshot disk = Disk.snapshot(lab, List.of("lamp01"));
            uninstall().exits(4).complains("Nothing was changed");
            disk.assertUnchanged();
        } finally {
            lab.onHost("lamp02", "systemctl start ssh");
        }
    }
}
