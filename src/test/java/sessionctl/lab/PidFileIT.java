package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A memcached that does not write the PID file of its distribution's unit starts at once under the guard, as it did
 * before. One for which systemd still waits becomes active without the loss of a session.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PidFileIT {
    private static final List<String> ALL = List.of("lamp01", "lamp02", "lamp03");
    private static final String FOLDER = "/etc/systemd/system/memcached.service.d";

    /** Foreign configuration files with which memcached.service starts before sessionctl is installed. */
    private static final Map<String, String> FILES = Map.of(
            "lamp01", "-d\\n-m 64\\n-u memcache\\n-l 127.0.0.1\\n",
            "lamp02", "-m 64\\n-u www-data\\n-l 127.0.0.1\\n-P /var/run/memcached/memcached.pid\\n",
            "lamp03", "-m 64\\n-u memcache\\n-l 127.0.0.1\\n-P /tmp/cache.pid\\n");

    /**
     * Foreign drop-ins with other PID files, some of which systemd reads after sessionctl's. %s is the private address.
     */
    private static final Map<String, String> UNITS = Map.of(
            "lamp01",
            FOLDER + "/override.conf [Service]\\nType=forking\\nPIDFile=/run/none/none.pid\\nExecStart=\\n"
                    + "ExecStart=/usr/bin/memcached -d -m 64 -p 11211 -U 0 -l %s -u memcache -I 1m -c 1024 -t 4\\n",
            "lamp02",
            FOLDER + "/zz-local.conf [Service]\\nPIDFile=/run/memcached/late.pid\\n",
            "lamp03",
            FOLDER + "/zz-local.conf [Service]\\nPIDFile=/run/cache/not/there.pid\\nUser=memcache\\nExecStart=\\n"
                    + "ExecStart=/usr/bin/memcached -m 64 -p 11211 -U 0 -l %s -I 1m -c 1024 -t 4\\n");

    /** Restores the unit of an older sessionctl, which waits for the distribution's PID file. */
    private static final String FORMER = "sed -i '/^# systemd waits/,$d' " + FOLDER + "/sessionctl.conf;"
            + " rm -f " + FOLDER + "/override.conf " + FOLDER + "/zz-local.conf; systemctl daemon-reload;"
            + " systemctl restart --no-block memcached;"
            + " n=0; until systemctl show -p SubState -p ControlPID memcached | tr '\\n' ' ' | grep -qE"
            + " 'ControlPID=0 SubState=start-post|SubState=start-post ControlPID=0'; do"
            + " n=$((n + 1)); [ $n -lt 300 ] || exit 1; sleep 0.1; done";

    private static final String WRITE = """
            perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new("%s:11211") or die;
                print $s "set abcdefghijklmnopqrstuvwx$_ 0 1000 1\\r\\n1\\r\\n" and <$s> for 10 .. 49'
            """;

    private static final String HELD = """
            perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr => "%s:11211", LocalAddr => "127.0.0.1") or die;
                my $found = 0; print $s "get", (map { " abcdefghijklmnopqrstuvwx$_" } 10 .. 49), "\\r\\n";
                while (<$s>) { last if /^END/; $found++ if /^VALUE/ } print "$found\\n"'
            """;

    private static Lab lab;

    @BeforeAll
    static void bootLab() {
        lab = Lab.up(Host.installed(Host.numbered(3)));
    }

    @AfterAll
    static void removeLab() {
        lab.close();
    }

    private static String address(String host) {
        return lab.host(host).privateIp();
    }

    private static void assertUp() {
        for (String host : ALL) {
            assertThat(lab.onHost(host, "systemctl show -p ActiveState -p SubState memcached"))
                    .as(host)
                    .contains("ActiveState=active", "SubState=running");
        }
        lab.run("status", lab.inventory().toString()).exits(0);
        lab.provision(lab.inventory(), "--dry-run", "--detailed-exitcode").exits(0);
    }

    @Test
    @Order(1)
    void memcachedStartsAtOnceWithoutThePidFileOfItsUnit() {
        FILES.forEach((host, conf) -> assertThat(lab.onHost(
                        host,
                        "printf '%b' '" + conf + "' >/etc/memcached.conf; systemctl restart memcached;"
                                + " systemctl is-active memcached"))
                .isEqualTo("active\n"));
        lab.provision(lab.inventory()).exits(0);
        lab.run("firewall", lab.inventory().toString()).exits(0);
        assertUp();
    }

    @Test
    @Order(2)
    void memcachedStartsAtOnceWithDropInsThatNameOtherPidFiles() {
        UNITS.forEach((host, unit) -> {
            String[] parts = unit.formatted(address(host)).split(" ", 2);
            lab.onHost(
                    host,
                    "printf '%b' '" + parts[1] + "' >" + parts[0] + "; systemctl daemon-reload;"
                            + " timeout 60 systemctl restart memcached");
        });
        assertUp();
    }

    @Test
    @Order(3)
    void aMemcachedForWhichSystemdWaitsBecomesActiveWithoutLosses() {
        ALL.forEach(host -> lab.onHost(host, FORMER));
        ALL.forEach(host -> lab.onHost(host, WRITE.formatted(address(host))));
        // Once systemd has reloaded its units, it no longer waits for the file.
        lab.onHost("lamp03", "systemctl daemon-reload");
        List<String> before = lab.onHosts(ALL, "systemctl show -p MainPID memcached");
        lab.run("status", lab.inventory().toString())
                .exits(3)
                .prints("lamp01, lamp02, lamp03: systemd waits for a PID file that memcached does not write");
        lab.provision(lab.inventory()).exits(0);
        assertUp();
        List<String> after = lab.onHosts(ALL, "systemctl show -p MainPID memcached");
        assertThat(after.subList(0, 2)).as("not restarted").isEqualTo(before.subList(0, 2));
        ALL.forEach(host -> assertThat(
                        lab.onHost(host, HELD.formatted(address(host))).strip())
                .as("sessions on %s", host)
                .isEqualTo("40"));
        ALL.forEach(host -> lab.onHost(host, "timeout 60 systemctl restart memcached"));
        assertUp();
    }
}
