package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Three bare droplets become the tutorial's cluster. A dry run shows the changes, one run makes them, and later runs
 * change nothing.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BareDropletsIT {
    private static final String INI = "/etc/php/8.2/apache2/php.ini";
    private static final String SHIPPED = "/usr/lib/php/8.2/php.ini-production";

    private static Lab lab;
    private static Path inventory;

    @BeforeAll
    static void resetDroplets() {
        lab = SharedCluster.bare();
        inventory = SharedCluster.inventory();
    }

    @Test
    @Order(1)
    void aDryRunShowsEverythingAndWritesNothing() {
        Disk.Snapshot before = Disk.snapshot(lab, SharedCluster.NAMES);
        Result dryRun = lab.provision(inventory, "--dry-run").exits(0);
        assertThat(dryRun.out().lines()).hasSizeLessThan(80);
        dryRun.prints(
                        "lamp01, lamp02, lamp03\n",
                        "install apache2 libapache2-mod-php memcached php-memcache",
                        "+-l 10.98.0.1")
                .prints("    needs ", "libapache2-mod-php8.2", "Impact:\n  No session is lost.\n")
                .prints("+-A SESSIONCTL -s 10.98.0.3/32 -i eth1 -p tcp -m tcp --dport 11211 -j ACCEPT")
                .prints("Plan: 15 changes on 3 droplets. Dry run: nothing was changed.");
        lab.provision(inventory, "--dry-run", "--detailed-exitcode").exits(2);
        before.assertUnchanged();
    }

    @Test
    @Order(2)
    void oneRunMakesAClusterWhoseMemcachedAnswersNoOtherHost() {
        Outsider outsider = new Outsider(lab, SharedCluster.NAMES);
        lab.provisionAsPlanned(inventory)
                .exits(0)
                .prints("lamp01: done (5 changes)", "lamp02: done (5 changes)", "lamp03: done (5 changes)")
                .complains(" stage 1 of ", ": packages\n", "Done in ", ": 15 changes on 3 droplets.\n")
                .complains("Next: sessionctl verify ", ", then point the load balancer at ");
        assertThat(outsider.stop()).hasSize(3).allMatch(line -> line.matches("\\S+ [1-9]\\d+ tries, 0 answers"));
        lab.run("firewall", inventory.toString(), "--check").exits(0);
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03");
    }

    @Test
    @Order(3)
    void theNextDryRunHasNoChanges() {
        lab.provision(inventory, "--dry-run", "--detailed-exitcode")
                .exits(0)
                .prints("No changes. All 3 droplets match the inventory.");
    }

    @Test
    @Order(4)
    void theNextRunChangesNoFileAndNoService() {
        Disk.Snapshot before = Disk.snapshot(lab, SharedCluster.NAMES);
        String services = fingerprints();
        lab.provision(inventory).exits(0).prints("No changes.");
        assertThat(fingerprints()).isEqualTo(services);
        before.assertUnchanged();
    }

    private static String fingerprints() {
        return SharedCluster.NAMES.stream()
                .map(host -> Services.fingerprint(lab, host, "apache2", "memcached"))
                .collect(Collectors.joining());
    }

    @Test
    @Order(5)
    void phpInApacheHasTheSameSettingsOnAllDroplets() {
        String page = "<?php echo ini_get('session.save_handler'), '|', ini_get('session.save_path'), '|',"
                + " ini_get('memcache.session_redundancy'), '|', ini_get('memcache.allow_failover'), '|',"
                + " ini_get('memcache.max_failover_attempts');";
        for (String host : SharedCluster.NAMES) {
            lab.onHost(host, "cat >/var/www/html/ini.php <<'PAGE'\n" + page + "\nPAGE");
            assertThat(lab.exec("curl", "-sS", "http://" + lab.host(host).publicIp() + "/ini.php")
                            .exits(0)
                            .out())
                    .isEqualTo("memcache|tcp://10.98.0.1:11211,tcp://10.98.0.2:11211,tcp://10.98.0.3:11211|4|1|500");
        }
    }

    @Test
    @Order(5)
    void memcachedListensOnThePrivateAddressOnly() {
        for (String host : SharedCluster.NAMES) {
            String sockets = lab.onHost(host, "ss -Hlntup | grep memcached | awk '{print $1, $5}' | sort -u");
            assertThat(sockets).isEqualTo("tcp " + lab.host(host).privateIp() + ":11211\n");
        }
    }

    @Test
    @Order(5)
    void phpIniDiffersFromThePackagedFileInTwoLines() {
        String expected = """
            -session.save_handler = files
            +session.save_handler = memcache
            -;session.save_path = "/var/lib/php/sessions"
            +session.save_path="tcp://10.98.0.1:11211,tcp://10.98.0.2:11211,tcp://10.98.0.3:11211"
            """;
        for (String host : SharedCluster.NAMES) {
            assertThat(lab.onHost(host, "diff -U0 " + SHIPPED + " " + INI + " | grep '^[-+][^-+]'"))
                    .isEqualTo(expected);
            lab.onHost(host, "cmp " + SHIPPED + ".cli /etc/php/8.2/cli/php.ini");
        }
    }

    @Test
    @Order(5)
    void theOriginalsAreKeptAndNoTemporaryFilesRemain() {
        for (String host : SharedCluster.NAMES) {
            lab.onHost(
                    host,
                    "cd /var/lib/sessionctl/original && cmp " + SHIPPED + " ." + INI
                            + " && grep -q '^-l 127.0.0.1' ./etc/memcached.conf && grep -q extension"
                            + " ./etc/php/8.2/mods-available/memcache.ini");
            assertThat(Disk.leftBehind(lab, host)).isEmpty();
        }
    }
}
