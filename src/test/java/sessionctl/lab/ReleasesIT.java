package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The other releases, and droplets that are reached as an ordinary user on a port of their own. */
class ReleasesIT {
    @ParameterizedTest(name = "{0} with PHP {1}, as {3} on port {2}")
    @CsvSource({"debian:11, 7.4, 2222, deploy", "debian:13, 8.4, 22, deploy"})
    void becomeAClusterToo(String image, String php, int port, String user) {
        List<Host> hosts = List.of(Host.numbered(1, port, user), Host.numbered(2, port, user));
        try (Lab lab = Lab.up(hosts, "--image", image)) {
            lab.provision(lab.inventory(), "--dry-run", "--detailed-exitcode").exits(2);
            lab.provision(lab.inventory())
                    .exits(0)
                    .prints("lamp01: done (3 changes)", "/etc/php/" + php + "/apache2/php.ini");
            lab.provision(lab.inventory(), "--dry-run", "--detailed-exitcode").exits(0);
            Browser.assertSessionsShared(lab, "lamp01", "lamp02");
            assertThat(lab.onHost("lamp02", "ss -Hlntup | grep memcached | awk '{print $1, $5}' | sort -u"))
                    .isEqualTo("tcp 10.98.0.2:11211\n");
            assertThat(Disk.leftBehind(lab, "lamp01")).isEmpty();
        }
    }
}
