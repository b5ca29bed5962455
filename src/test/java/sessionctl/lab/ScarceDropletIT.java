package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A droplet without disk space, or without packages to install. The run reports it, and the next run completes the
 * work.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ScarceDropletIT {
    private static final String FULL = "lamp01: its disk is full: ";

    private static Lab lab;
    private static Path inventory;

    @BeforeAll
    static void bootSmallDroplet() {
        lab = Lab.up(Host.numbered(1), "--image", "debian:12", "--disk", "600M");
        inventory = lab.inventory();
    }

    @AfterAll
    static void removeLab() {
        lab.close();
    }

    /** Fills the disk until this many kilobytes are free. */
    private static void fill(int left) {
        lab.onHost(
                "lamp01",
                "free=$(df -Pk / | awk 'NR == 2 { print $4 }'); fallocate -l $((free - " + left
                        + "))K /var/filler; df -Pk / >&2");
    }

    private static void freeDisk() {
        lab.onHost("lamp01", "rm /var/filler");
    }

    @Test
    @Order(1)
    void missingPackagesAreReportedWithTheRemedy() {
        lab.onHost(
                "lamp01", "cp -a /etc/apt/sources.list /root/; : >/etc/apt/sources.list; rm -rf /var/lib/apt/lists/*");
        lab.provision(inventory)
                .exits(1)
                .withoutTraces()
                .prints("lamp01: failed to install apache2 libapache2-mod-php memcached php-memcache: ")
                .prints(
                        "its package sources do not offer all of these packages",
                        "E: Unable to locate package apache2\n");
        assertThat(lab.onHost("lamp01", "dpkg --audit; ls /etc/apache2 2>/dev/null; true"))
                .isEmpty();
        lab.onHost("lamp01", "mv /root/sources.list /etc/apt/sources.list; rm -rf /var/lib/apt/lists/*");
    }

    @Test
    @Order(2)
    void aFullDiskBeforeTheInstallationIsReported() {
        lab.onHost("lamp01", "apt-get update -qq");
        fill(20_000);
        String needed = "lamp01: 19 MB are free in /, but the packages need ";
        lab.run("check", inventory.toString()).exits(1).withoutTraces().prints(needed);
        lab.provision(inventory).exits(1).withoutTraces().prints(needed).complains("Nothing was changed");
        freeDisk();
        lab.onHost("lamp01", "mkdir /var/many; cd /var/many; seq 1 1000000 | xargs touch 2>/dev/null; df -i / >&2");
        lab.provision(inventory).exits(1).prints(FULL + "only 0 files can be created in /");
        lab.onHost("lamp01", "rm -r /var/many");
        lab.provision(inventory).exits(0);
        lab.provision(inventory, "--dry-run", "--detailed-exitcode").exits(0);
    }

    @Test
    @Order(3)
    void aFullDiskBeforeTheConfigurationLeavesTheOldOneInService() {
        String services = Services.fingerprint(lab, "lamp01", "apache2", "memcached");
        String files = lab.onHost("lamp01", "sha256sum /etc/memcached.conf /etc/php/8.2/apache2/php.ini");
        fill(0);
        Result run = lab.provision(lab.inventoryWith("sessions: {lifetime: 999}\n"));
        String after = lab.onHost("lamp01", "sha256sum /etc/memcached.conf /etc/php/8.2/apache2/php.ini");
        freeDisk();
        run.exits(1).withoutTraces().prints(FULL + "0 KB are free in /");
        assertThat(after).isEqualTo(files);
        assertThat(Services.fingerprint(lab, "lamp01", "apache2", "memcached")).isEqualTo(services);
        assertThat(Disk.leftBehind(lab, "lamp01")).isEmpty();
        lab.provision(lab.inventoryWith("sessions: {lifetime: 999}\n")).exits(0);
    }
}
