package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run reverts manual changes and does not restart services without need. */
class DriftIT {
    private static final String MANAGED = "/etc/memcached.conf /etc/php/8.2/apache2/php.ini"
            + " /etc/php/8.2/mods-available/memcache.ini /etc/systemd/system/memcached.service.d/sessionctl.conf";

    private Lab lab = SharedCluster.inService();

    @BeforeEach
    void inService() {
        lab = SharedCluster.inService();
    }

    /**
     * A manual change on a droplet.
     *
     * @param by the shell commands that make the change
     * @param untouched the services that the repair must not restart or reload
     * @param repair the expected part of the report
     */
    private record Damage(String host, String by, String untouched, String repair) {}

    @Test
    void editedFilesAreRestoredByteForByte() {
        assertRepaired(
                new Damage(
                        "lamp01",
                        "sed -i 's/^-l .*/-l 127.0.0.1/' /etc/memcached.conf",
                        "apache2",
                        "memcached: change /etc/memcached.conf, restart memcached"),
                new Damage(
                        "lamp02",
                        "sed -i 's/^session.save_handler.*/session.save_handler = files/' /etc/php/8.2/apache2/php.ini",
                        "memcached",
                        "web: change /etc/php/8.2/apache2/php.ini, reload apache2"),
                new Damage(
                        "lamp03",
                        "sed -i 's/^memcache.session_redundancy.*/memcache.session_redundancy=2/'"
                                + " /etc/php/8.2/mods-available/memcache.ini",
                        "memcached",
                        "web: change /etc/php/8.2/mods-available/memcache.ini, reload apache2"));
    }

    @Test
    void disabledFeaturesAndOldFlagsAreRepaired() {
        assertRepaired(
                new Damage(
                        "lamp01",
                        "rm /etc/systemd/system/memcached.service.d/sessionctl.conf && systemctl daemon-reload",
                        "memcached apache2",
                        "memcached: change /etc/systemd/system/memcached.service.d/sessionctl.conf\n"),
                new Damage(
                        "lamp02", "phpdismod memcache", "memcached", "switch on PHP module memcache, reload apache2"),
                new Damage(
                        "lamp03",
                        "cp -p /etc/memcached.conf /root/kept; sed -i 's/^-m .*/-m 32/' /etc/memcached.conf;"
                                + " systemctl restart memcached; until ss -Hlnt | grep -q :11211; do sleep 0.1; done;"
                                + " cp -p /root/kept /etc/memcached.conf",
                        "apache2",
                        "memcached: restart memcached"));
    }

    @Test
    void stoppedAndDisabledServicesAreStartedAndEnabled() {
        assertRepaired(
                new Damage("lamp01", "systemctl stop memcached", "apache2", "memcached: start memcached\n"),
                new Damage(
                        "lamp02",
                        "systemctl disable memcached apache2",
                        "memcached apache2",
                        "memcached: start memcached at boot\n"),
                new Damage("lamp03", "systemctl stop apache2", "memcached", "web: start apache2\n"));
    }

    private void assertRepaired(Damage... damages) {
        List<String> files = new ArrayList<>();
        List<String> untouched = new ArrayList<>();
        for (Damage damage : damages) {
            files.add(managedFilesOf(damage.host()));
            lab.onHost(damage.host(), damage.by());
            untouched.add(fingerprint(damage));
        }
        Result run = lab.provision(SharedCluster.inventory()).exits(0);
        for (int i = 0; i < damages.length; i++) {
            run.prints(damages[i].repair());
            assertThat(managedFilesOf(damages[i].host())).as(damages[i].by()).isEqualTo(files.get(i));
            assertThat(fingerprint(damages[i]))
                    .as("untouched after %s", damages[i].by())
                    .isEqualTo(untouched.get(i));
        }
        lab.provision(SharedCluster.inventory(), "--dry-run", "--detailed-exitcode")
                .exits(0);
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03");
    }

    private String managedFilesOf(String host) {
        return lab.onHost(
                host,
                "sha256sum " + MANAGED + " && stat -c '%n %a %U' " + MANAGED
                        + " && systemctl is-enabled apache2 memcached && ls /etc/php/8.2/apache2/conf.d");
    }

    private String fingerprint(Damage damage) {
        return Services.fingerprint(lab, damage.host(), damage.untouched().split(" "));
    }

    @Test
    void memcachedIsRestartedOneDropletAfterAnother() {
        SharedCluster.NAMES.forEach(
                host -> lab.onHost(host, "sed -i 's/^-m .*/-m 48/' /etc/memcached.conf; systemctl restart memcached"));
        List<Services.Restart> byHand = restarts();
        lab.provision(lab.inventoryWith("memcached: {memory: 80}\n", "lamp01", "lamp02", "lamp03"))
                .exits(0)
                .prints("sessions are kept: the other servers take over until this one is refilled");
        List<Services.Restart> restarts = restarts();
        assertThat(restarts).doesNotContainAnyElementsOf(byHand);
        for (int i = 1; i < restarts.size(); i++) {
            assertThat(restarts.get(i).down())
                    .as("lamp0%s goes down only when the one before is up again: %s", i + 1, restarts)
                    .isGreaterThan(restarts.get(i - 1).up());
        }
    }

    private List<Services.Restart> restarts() {
        return SharedCluster.NAMES.stream()
                .map(host -> Services.lastRestart(lab, host, "memcached"))
                .collect(Collectors.toList());
    }
}
