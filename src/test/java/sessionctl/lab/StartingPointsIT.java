package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Droplets that are bare, half installed or set up by hand become the same cluster. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StartingPointsIT {
    private static final String PACKAGES = "apache2 libapache2-mod-php memcached php-memcache";
    private static final String SAVE_PATH = "tcp://10.98.0.1:11211,tcp://10.98.0.2:11211,tcp://10.98.0.3:11211";

    /** A power cut during dpkg: packages are unpacked but not configured, and dpkg's journal is not merged. */
    private static final String CUT_SHORT = """
            export DEBIAN_FRONTEND=noninteractive
            apt-get -qq -y --download-only install %s >/dev/null
            dpkg --unpack /srv/apt/memcached_*.deb /srv/apt/apache2-*.deb /srv/apt/apache2_*.deb >/dev/null
            dpkg -s base-files >/var/lib/dpkg/updates/0000
            dpkg -s base-passwd >/var/lib/dpkg/updates/0001
            """.formatted(PACKAGES);

    /** The tutorial's commands, entered by hand. */
    private static final String BY_HAND = """
            export DEBIAN_FRONTEND=noninteractive
            apt-get -qq update && apt-get -qq -y install apache2 php libapache2-mod-php >/dev/null
            apt-get -qq -y install php-memcache memcached >/dev/null
            sed -i 's/^-l 127.0.0.1$/-l 10.98.0.3/' /etc/memcached.conf
            service memcached restart
            cd /etc/php/8.2
            sed -i 's/^session.save_handler =.*/session.save_handler = memcache/' apache2/php.ini
            sed -i 's|^;session.save_path =.*|session.save_path="%s"|' apache2/php.ini
            printf 'memcache.allow_failover=1\\nmemcache.session_redundancy=4\\n' >>mods-available/memcache.ini
            service apache2 reload
            """.formatted(SAVE_PATH);

    /** Holds dpkg's lock for eight seconds, as another apt-get would. */
    private static final String OTHER_APT = """
            setsid perl -MFcntl -e 'open F, ">", "/var/lib/dpkg/lock-frontend" or die;
                fcntl(F, F_SETLK, pack("ssx4qqix4", F_WRLCK, 0, 0, 0, 0)) or die; sleep 8' >/dev/null 2>&1 </dev/null &
            sleep 0.5
            """;

    private static Lab lab;

    @BeforeAll
    static void boot() {
        lab = Lab.up(3);
        lab.onHost("lamp02", CUT_SHORT);
        lab.onHost("lamp03", BY_HAND);
    }

    @AfterAll
    static void removeLab() {
        lab.close();
    }

    @Test
    @Order(1)
    void aDryRunShowsTheMissingPartsOfEachDroplet() {
        lab.provision(lab.inventory(), "--dry-run")
                .exits(0)
                .prints("lamp01 (10.99.0.1)\n  * packages: install " + PACKAGES + "\n")
                .prints("finish the installation of apache2")
                .prints("lamp03 (10.99.0.3)\n  * firewall: close the memcached port to other hosts\n")
                .prints("  * memcached: change /etc/sessionctl/guard.conf, change /usr/local/lib/sessionctl/guard");
    }

    @Test
    @Order(2)
    void oneRunMakesAClusterOfAllDroplets() {
        lab.onHost("lamp01", OTHER_APT);
        long begin = System.nanoTime();
        lab.provisionAsPlanned(lab.inventory()).exits(0);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("the lock of the other apt-get was waited for")
                .isGreaterThan(Duration.ofSeconds(7));
        lab.provision(lab.inventory(), "--dry-run", "--detailed-exitcode").exits(0);
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03");
    }

    @Test
    @Order(3)
    void allDropletsHaveTheSameConfiguration() {
        String bare = configuration("lamp01");
        assertThat(bare).contains("-l OWN", "-p 11211", "-U 0", SAVE_PATH, "memcache.session_redundancy=4");
        assertThat(configuration("lamp02")).isEqualTo(bare);
        assertThat(configuration("lamp03")).isEqualTo(bare);
    }

    /** Returns all effective lines of the configuration, sorted. */
    private static String configuration(String host) {
        String files = "/etc/memcached.conf /etc/php/8.2/apache2/php.ini /etc/php/8.2/mods-available/memcache.ini"
                + " /etc/systemd/system/memcached.service.d/sessionctl.conf";
        Map<String, String> own = Map.of("lamp01", "10.98.0.1", "lamp02", "10.98.0.2", "lamp03", "10.98.0.3");
        String address = own.getOrDefault(host, "");
        return lab.onHost(
                host,
                "for f in " + files + "; do echo \"$f $(stat -c '%a %U:%G' $f)\"; sed -n '/^[^;#[]/p' $f"
                        + " | sed 's/ *= */=/; s/^-l " + address + "$/-l OWN/; s/"
                        + address.replace(".", "\\[[.]\\]") + "/OWN/' | sort; done;"
                        + " ls /etc/php/8.2/apache2/conf.d /etc/apache2/mods-enabled;"
                        + " systemctl is-enabled apache2 memcached; dpkg --audit; dpkg-query -W -f '${Package}\\n' "
                        + PACKAGES);
    }

    @Test
    @Order(3)
    void dpkgHasNoUnfinishedWork() {
        assertThat(lab.onHost("lamp02", "dpkg --audit; ls /var/lib/dpkg/updates"))
                .isEmpty();
    }

    /** Which servers these names mean is known only to each droplet's resolver. */
    @Test
    @Order(4)
    void aListByNameIsReplacedOnceItsLossIsAccepted() {
        String byName = "tcp://lamp01:11211?weight=1, tcp://lamp02, tcp://lamp03";
        String edit = "sed -i 's|^session.save_path *=.*|session.save_path = \"" + byName
                + "\"|' /etc/php/8.2/apache2/php.ini && service apache2 reload";
        lab.onHosts(List.of("lamp01", "lamp02", "lamp03"), edit);
        lab.provision(lab.inventory())
                .exits(1)
                .prints("its sessions cannot be kept: session.save_path names lamp01:11211, lamp02:11211,"
                        + " lamp03:11211 instead of private addresses");
        assertThat(lab.onHost("lamp01", "grep ^session.save_path /etc/php/8.2/apache2/php.ini"))
                .contains(byName);
        lab.provision(lab.inventory(), "--accept-session-loss").exits(0);
        lab.provision(lab.inventory(), "--dry-run", "--detailed-exitcode").exits(0);
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03");
    }
}
