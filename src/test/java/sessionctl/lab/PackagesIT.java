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

/** What apt and the kernel of real droplets ask of a run: no package is ever removed, and no release is too new. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackagesIT {
    private static final List<String> BOTH = List.of("lamp01", "lamp02");

    /** Builds a package: name, the fields of its relations. */
    private static final String BUILD = """
            build() {
                mkdir -p /root/$1/DEBIAN /root/$1/opt/$1
                printf 'Package: %s\\nVersion: 7.1\\nArchitecture: all\\nMaintainer: Ops <ops@example.net>\\n%s\\nDescription: local\\n' \
                    "$1" "$2" >/root/$1/DEBIAN/control
                echo "$1" >/root/$1/opt/$1/file
                dpkg-deb -b /root/$1 /root/$1.deb >/dev/null
            }
            """;

    private static final String REMOVE = "dpkg --purge acme-agent acme-web >/dev/null 2>&1; ! test -e /opt/acme-agent";

    private static Lab lab;
    private static Path inventory;

    @BeforeAll
    static void up() {
        lab = Lab.up(2);
        inventory = lab.inventory();
    }

    @AfterAll
    static void down() {
        lab.close();
    }

    /** Nothing has been changed on either, and nothing is gone. */
    private static void assertRefused(String says, String kept) {
        List<String> before = lab.onHosts(BOTH, "dpkg-query -W -f '${db:Status-Abbrev} ${Package}\\n'");
        lab.run("check", inventory.toString()).exits(1).prints("lamp01: " + says);
        lab.provision(inventory, "--dry-run").exits(1).prints("lamp01: " + says);
        lab.provision(inventory).exits(1).prints("lamp01: " + says).complains("Nothing was changed");
        assertThat(lab.onHosts(BOTH, "dpkg-query -W -f '${db:Status-Abbrev} ${Package}\\n'"))
                .isEqualTo(before);
        assertThat(lab.onHost("lamp01", "cat " + kept)).isNotEmpty();
    }

    @Test
    @Order(1)
    void aHalfInstalledPackageThatWouldHaveToGoStopsTheRunBeforeAnyChange() {
        lab.onHost(
                "lamp01",
                BUILD + "build acme-agent 'Depends: acme-runtime (>= 2)'; dpkg -i /root/acme-agent.deb >/dev/null 2>&1;"
                        + " dpkg-query -W -f '${db:Status-Abbrev}' acme-agent | grep -q iU");
        assertRefused("apt-get would remove acme-agent there to finish", "/opt/acme-agent/file");
        lab.onHost("lamp01", "mv /var/lib/apt/lists /root/lists; mkdir /var/lib/apt/lists");
        // Without lists only the droplet itself can tell, once it has fetched them.
        lab.provision(inventory).exits(1).prints("apt-get would remove acme-agent");
        assertThat(lab.onHost("lamp01", "cat /opt/acme-agent/file")).isNotEmpty();
        lab.onHost("lamp01", "rm -rf /var/lib/apt/lists; mv /root/lists /var/lib/apt/lists; " + REMOVE);
    }

    @Test
    @Order(2)
    void aPackageThatExcludesOneOfOursStaysAndStopsTheRun() {
        lab.onHost(
                "lamp01",
                BUILD + "build acme-web 'Conflicts: apache2, apache2-bin'; dpkg -i /root/acme-web.deb >/dev/null");
        assertRefused("apt-get would remove acme-web there", "/opt/acme-web/file");
        lab.onHost("lamp01", REMOVE);
    }

    @Test
    @Order(3)
    void anIptablesThatTheKernelCannotServeStopsTheRunAndIsTold() {
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

    @Test
    @Order(4)
    void whatCanBeFinishedIsFinishedAndReleasesOfTheFutureAreProvisioned() {
        lab.onHost(
                "lamp01",
                BUILD + "build acme-agent 'Depends: ipset'; dpkg -i /root/acme-agent.deb >/dev/null 2>&1;"
                        + " sed -i -e 's/^ID=.*/ID=ubuntu/' -e 's/^VERSION_ID=.*/VERSION_ID=\"27.04\"/' /usr/lib/os-release");
        lab.onHost(
                "lamp02",
                // One that apt takes away by itself when it may, and that nothing needs.
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
