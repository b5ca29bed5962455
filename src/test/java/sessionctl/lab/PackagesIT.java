package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Requirements of apt and the kernel on real droplets: a run never removes a package, and it works on future releases.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackagesIT {
    private static final List<String> BOTH = List.of("lamp01", "lamp02");

    /** Builds a package; the arguments are its name and the fields of its relations. */
    private static final String BUILD = """
            build() {
                mkdir -p /root/$1/DEBIAN /root/$1/opt/$1
                printf 'Package: %s\\nVersion: 7.1\\nArchitecture: all\\nMaintainer: Ops <ops@example.net>\\n%s\\nDescription: local\\n' \
                    "$1" "$2" >/root/$1/DEBIAN/control
                echo "$1" >/root/$1/opt/$1/file
                dpkg-deb -b /root/$1 /root/$1.deb >/dev/null
            }
            """;

    private static final String PACKAGES = "dpkg-query -W -f '${db:Status-Abbrev} ${Package}\\n'";
    private static final String REMOVE = "dpkg --purge acme-agent acme-web >/dev/null 2>&1; ! test -e /opt/acme-agent";

    private static Lab lab;
    private static Path inventory;

    @BeforeAll
    static void bootLab() {
        lab = Lab.up(2);
        inventory = lab.inventory();
    }

    @AfterAll
    static void removeLab() {
        lab.close();
    }

    /** Checks that runs are refused, that no package changed on either droplet, and that the file is still there. */
    private static void assertRefused(String message, String kept) {
        List<String> before = lab.onHosts(BOTH, PACKAGES);
        lab.run("check", inventory.toString()).exits(1).prints("lamp01: " + message);
        lab.provision(inventory, "--dry-run").exits(1).prints("lamp01: " + message);
        lab.provision(inventory).exits(1).prints("lamp01: " + message).complains("Nothing was changed");
        assertThat(lab.onHosts(BOTH, PACKAGES)).isEqualTo(before);
        assertThat(lab.onHost("lamp01", "cat " + kept)).isNotEmpty();
    }

    @Test
    @Order(1)
    void aHalfInstalledPackageThatAptWouldRemoveStopsTheRun() {
        lab.onHost(
                "lamp01",
                BUILD + "build acme-agent 'Depends: acme-runtime (>= 2)'; dpkg -i /root/acme-agent.deb >/dev/null 2>&1;"
                        + " dpkg-query -W -f '${db:Status-Abbrev}' acme-agent | grep -q iU");
        assertRefused("apt-get would remove acme-agent there to finish", "/opt/acme-agent/file");
        lab.onHost("lamp01", "mv /var/lib/apt/lists /root/lists; mkdir /var/lib/apt/lists");
        // Without package lists, only the droplet can find out, after it has fetched them.
        lab.provision(inventory).exits(1).prints("apt-get would remove acme-agent");
        assertThat(lab.onHost("lamp01", "cat /opt/acme-agent/file")).isNotEmpty();
        lab.onHost("lamp01", "rm -rf /var/lib/apt/lists; mv /root/lists /var/lib/apt/lists; " + REMOVE);
    }

    @Test
    @Order(2)
    void aPackageThatConflictsWithARequiredOneStaysAndStopsTheRun() {
        lab.onHost(
                "lamp01",
                BUILD + "build acme-web 'Conflicts: apache2, apache2-bin'; dpkg -i /root/acme-web.deb >/dev/null");
        assertRefused("apt-get would remove acme-web there", "/opt/acme-web/file");
        lab.onHost("lamp01", REMOVE);
    }

    @Test
    @Order(3)
    void anIptablesThatTheKernelDoesNotSupportStopsTheRunWithARemedy() {
        lab.onHost(
                "lamp01",
                "update-alternatives --set iptables /usr/sbin/iptables-legacy >/dev/null;"
                        + " update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy >/dev/null;"
                        + " mv /usr/sbin/xtables-legacy-multi /root/legacy;"
                        + " printf '#!/bin/sh\\necho \"$0: cannot initialize iptables table\" >&2\\nexit 3\\n'"
                        + " >/usr/sbin/xtables-legacy-multi; chmod +x /usr/sbin/xtables-legacy-multi");
        String remedy = "update-alternatives --set iptables /usr/sbin/iptables-nft;"
                + " update-alternatives --set ip6tables /usr/sbin/ip6tables-nft";
        lab.run("check", inventory.toString()).exits(1).prints("lamp01: its kernel lacks", remedy);
        lab.provision(inventory, "--dry-run").exits(1).prints(remedy);
        lab.provision(inventory).exits(1).prints(remedy).complains("Nothing was changed");
        lab.run("firewall", inventory.toString()).exits(1).prints(remedy);
        lab.onHost("lamp01", remedy);
        lab.run("firewall", inventory.toString(), "--dry-run").exits(0);
        lab.onHost("lamp01", "mv /root/legacy /usr/sbin/xtables-legacy-multi");
    }

    /** Each of these would stop a run half way; apt knows it before. */
    @Test
    @Order(4)
    void pinsHoldsAndMasksStopTheRunBeforeItsFirstChange() {
        String pins = "/etc/apt/preferences.d/local";
        assertStops(
                "printf '# ours\\nPackage: php8.2-memcache other\\nPin: release *\\nPin-Priority: -1\\n' >" + pins,
                "rm " + pins,
                pins + ":2-4 forbids apt to install php8.2-memcache (a negative Pin-Priority); run: ssh root@"
                        + lab.host("lamp01").publicIp() + " 'sed -i '\\''2,4s/^/#/'\\'' " + pins + "'");
        assertStops(
                "apt-mark hold memcached >/dev/null",
                "apt-mark unhold memcached",
                "memcached is on hold there, so apt-get does not install ");
        assertStops(
                "echo 'php8.2-common hold' | dpkg --set-selections; apt-mark hold php8.2-common >/dev/null",
                "apt-mark unhold php8.2-common",
                "php8.2-common is on hold there, so apt-get does not install ");
        assertStops(
                "systemctl mask -q apache2; systemctl mask --runtime -q memcached",
                "systemctl unmask apache2 && systemctl unmask --runtime memcached",
                "the units apache2, memcached are masked, so systemd does not start them; run there: systemctl unmask"
                        + " apache2 && systemctl unmask --runtime memcached");
    }

    private static void assertStops(String arrange, String remedy, String message) {
        lab.onHost("lamp01", arrange);
        List<String> before = lab.onHosts(BOTH, PACKAGES);
        assertThat(lab.run("check", inventory.toString(), "-q").exits(1).out()).contains("lamp01: " + message);
        assertThat(lab.provision(inventory)
                        .exits(1)
                        .complains("Nothing was changed")
                        .out())
                .contains("lamp01: " + message);
        assertThat(lab.onHosts(BOTH, PACKAGES)).isEqualTo(before);
        lab.onHost("lamp01", remedy);
    }

    @Test
    @Order(5)
    void aBusyAptIsReportedAndTheRunWaitsForItBeforeItsFirstChange() {
        lab.onHost("lamp01", """
                cat >/root/lock.pl <<'END'
                use Fcntl;
                open my $file, ">>", "/var/lib/dpkg/lock-frontend" or die;
                my $lock = pack "ssx4qqi", F_WRLCK, 0, 0, 0, 0;
                fcntl $file, F_SETLK, $lock or die;
                sleep 60;
                END
                systemd-run -q --unit=upgrade perl /root/lock.pl; sleep 0.5
                """);
        lab.run("check", inventory.toString(), "-q")
                .exits(0)
                .prints(
                        "lamp01: apt is busy there, and a run waits for it: process ",
                        " holds /var/lib/dpkg/lock-frontend");
        lab.onHost("lamp01", "systemctl stop upgrade");
        lab.run("check", inventory.toString(), "-q").exits(0).prints("nothing stops a run");
    }

    @Test
    @Order(6)
    void halfInstalledPackagesAreFinishedAndFutureReleasesAreProvisioned() {
        lab.onHost(
                "lamp01",
                BUILD + "build acme-agent 'Depends: ipset'; dpkg -i /root/acme-agent.deb >/dev/null 2>&1;"
                        + " sed -i -e 's/^ID=.*/ID=ubuntu/' -e 's/^VERSION_ID=.*/VERSION_ID=\"27.04\"/' /usr/lib/os-release");
        lab.onHost(
                "lamp02",
                // An unneeded package that apt would remove automatically.
                BUILD
                        + "build acme-web 'Section: misc'; dpkg -i /root/acme-web.deb >/dev/null; apt-mark auto acme-web >/dev/null;"
                        + " echo 'APT::Get::AutomaticRemove \"true\";' >/etc/apt/apt.conf.d/99auto;"
                        + " sed -i -e 's/^ID=.*/ID=debian/' -e '/^VERSION_ID=/d' /usr/lib/os-release");
        lab.run("check", inventory.toString()).exits(0);
        lab.provision(inventory, "--dry-run")
                .exits(0)
                .prints("finish the installation of acme-agent", "/etc/php/8.2/apache2/php.ini");
        lab.provision(inventory).exits(0);
        assertThat(lab.onHost("lamp01", "dpkg-query -W -f '${db:Status-Abbrev}' acme-agent ipset"))
                .isEqualTo("ii ii ");
        assertThat(lab.onHost("lamp02", "cat /opt/acme-web/file")).isEqualTo("acme-web\n");
        assertThat(lab.onHosts(BOTH, "systemctl cat memcached")).allMatch(unit -> unit.contains("guard join"));
        lab.provision(inventory, "--dry-run", "--detailed-exitcode").exits(0);
        lab.run("firewall", inventory.toString()).exits(0);
        lab.run("status", inventory.toString()).exits(0);
    }
}
