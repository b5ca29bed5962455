package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Takes over a cluster that an earlier version has made. The files in {@code previous} were recorded on its droplets,
 * with placeholders for the addresses.
 */
class PreviousVersionIT {
    private static final Path RECORDED = Path.of("src/test/resources/previous");
    private static final List<String> NAMES = SharedCluster.NAMES;

    private static final String PREPARE = """
            sed -i -e 's/^session.save_handler = files/session.save_handler = memcache/' \
                -e '/^;session.save_path = /csession.save_path="tcp://10.98.0.1:11211,tcp://10.98.0.2:11211,tcp://10.98.0.3:11211"' \
                /etc/php/8.2/apache2/php.ini
            cat >>/etc/php/8.2/mods-available/memcache.ini <<'END'
            memcache.allow_failover=1
            memcache.max_failover_attempts=500
            memcache.hash_strategy=consistent
            memcache.hash_function=crc32
            memcache.session_redundancy=4
            memcache.lock_timeout=15
            END
            rm /etc/memcached.conf
            mkdir -p /etc/sessionctl /usr/local/lib/sessionctl /var/lib/sessionctl/firewall \
                /etc/systemd/system/memcached.service.d
            chmod 700 /etc/sessionctl /var/lib/sessionctl /var/lib/sessionctl/firewall
            """;
    private static final String START = """
            chmod 600 /etc/sessionctl/firewall.rules /var/lib/sessionctl/firewall/* /var/log/sessionctl.log
            systemctl daemon-reload
            systemctl enable -q --now sessionctl-firewall
            systemctl restart memcached apache2
            grep -q ^open /run/sessionctl/guard/state
            """;

    private static Lab lab;

    @BeforeAll
    static void bootClusterOfTheEarlierVersion() throws IOException {
        lab = Lab.up(Host.installed(Host.numbered(NAMES.size())));
        lab.onHosts(NAMES, PREPARE);
        try (Stream<Path> files = Files.walk(RECORDED)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                for (String host : NAMES) {
                    Path filled = lab.file(filledFor(host, Files.readString(file)), ".recorded");
                    lab.copy(host, filled, "/" + RECORDED.relativize(file));
                }
            }
        }
        lab.onHosts(NAMES, START);
    }

    @AfterAll
    static void removeLab() {
        lab.close();
    }

    private static String filledFor(String host, String text) {
        String own = lab.host(host).privateIp();
        List<String> peers = NAMES.stream()
                .filter(name -> !name.equals(host))
                .map(name -> lab.host(name).privateIp())
                .toList();
        return text.replace("@OWN_PATTERN@", own.replace(".", "[.]"))
                .replace("@OWN@", own)
                .replace("@FIRST_PEER@", peers.get(0))
                .replace("@SECOND_PEER@", peers.get(1));
    }

    @Test
    void aClusterOfAnEarlierVersionIsTakenOverWithoutLosingSessions() {
        Browser.publish(lab, NAMES.toArray(String[]::new));
        Browser browser = new Browser(lab);
        assertThat(browser.visits("lamp01")).isZero();
        String inventory = lab.inventory().toString();

        Outsider outsider = new Outsider(lab, NAMES);
        Result provision = lab.run("provision", inventory).exits(0);
        lab.run("firewall", inventory).exits(0);
        assertThat(outsider.stop()).hasSize(3).allMatch(line -> line.matches("\\S+ [1-9]\\d* tries, 0 answers"));

        assertThat(provision.out())
                .doesNotContain("its sessions cannot be kept")
                .doesNotContain("memcached will be open");
        for (int i = 0; i < NAMES.size(); i++) {
            assertThat(browser.visits(NAMES.get(i))).as(NAMES.get(i)).isEqualTo(i + 1);
        }
        lab.run("provision", inventory, "--dry-run", "--detailed-exitcode").exits(0);
        lab.run("firewall", inventory, "--dry-run", "--detailed-exitcode").exits(0);
        lab.run("status", inventory).exits(0);
        lab.run("status", inventory, "--history").exits(0).prints("admin@laptop", "provision by", "firewall by");
    }
}
