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

/** The removal of sessionctl and the logs on droplets with sysvinit, which have no guard and no journal. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UninstallWithoutSystemdIT {
    private static final List<String> NAMES = List.of("lamp01", "lamp02");

    private static final String TRACES = """
            find / -xdev \\( -path /proc -o -path /sys -o -path /srv/apt \\) -prune -o -name '*sessionctl*' -print
            find /run -name '*sessionctl*'
            { iptables-save; ip6tables-save; } 2>/dev/null | grep SESSIONCTL
            true
            """;

    private static Lab lab;
    private static Path inventory;
    private static List<String> before;

    @BeforeAll
    static void provisionTwoDroplets() {
        lab = Lab.up(Host.numbered(2), "--image", "debian:12-sysvinit");
        inventory = lab.inventory();
        before = lab.onHosts(NAMES, TRACES);
        lab.provision(inventory).exits(0);
    }

    @AfterAll
    static void removeLab() {
        lab.close();
    }

    private static void assertNothingIsLeft() {
        List<String> now = lab.onHosts(NAMES, TRACES);
        for (int i = 0; i < NAMES.size(); i++) {
            List<String> old = before.get(i).lines().toList();
            assertThat(now.get(i).lines().filter(line -> !old.contains(line)).sorted())
                    .as("left on %s", NAMES.get(i))
                    .containsExactly("/var/log/sessionctl", "/var/log/sessionctl.log");
        }
    }

    @Test
    @Order(1)
    void theLogFilesAreShownWithTheirTimes() {
        lab.onHost("lamp01", "service apache2 reload");
        lab.run("logs", inventory.toString(), "--since", "1h")
                .exits(0)
                .prints(" lamp01 apache2: [", " lamp02 apache2: [");
    }

    @Test
    @Order(2)
    void theSessionsStayShared() {
        Browser.publish(lab, "lamp01", "lamp02");
        Browser visitor = new Browser(lab);
        assertThat(visitor.visits("lamp01")).isZero();
        lab.run("uninstall", inventory.toString()).exits(0);
        assertNothingIsLeft();
        assertThat(visitor.visits("lamp02")).isEqualTo(1);
        lab.run("uninstall", inventory.toString()).exits(0).prints("No changes.");
    }

    @Test
    @Order(3)
    void theOriginalMemcachedIsRestored() {
        lab.provision(inventory).exits(0);
        for (String host : NAMES) {
            lab.onHost(
                    host,
                    "o=/var/lib/sessionctl/original && mkdir -p $o/etc"
                            + " && sed 's/^-l .*/-l 127.0.0.1/' /etc/memcached.conf >$o/etc/memcached.conf");
        }
        lab.run("uninstall", inventory.toString(), "--restore", "--accept-session-loss")
                .exits(0)
                .prints("has no original in /var/lib/sessionctl/original");
        assertNothingIsLeft();
        for (String host : NAMES) {
            assertThat(lab.onHost(host, "ss -Hlnt | awk '{print $4}' | grep ':11211$'"))
                    .isEqualTo("127.0.0.1:11211\n");
        }
    }
}
