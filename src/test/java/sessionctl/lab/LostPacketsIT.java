package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What blocks a connection is found by the packets that it blocks, and the command of the message lets them pass. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LostPacketsIT {
    private static final String SITE = """
            nft -f - <<'END'
            table inet site {
              chain input {
                type filter hook input priority filter; policy drop;
                iif lo accept
                ct state established,related accept
                tcp dport { 22, 80, 443 } accept
              }
            }
            END
            """;

    /** Rules of other purposes, which drop nothing here. */
    private static final String INNOCENT = "iptables -A OUTPUT -m conntrack --ctstate INVALID -j DROP;"
            + " iptables -A OUTPUT -p udp -j DROP; iptables -A OUTPUT -d 10.98.0.3 -p tcp --dport 25 -j REJECT;";

    private static Lab lab;
    private static Path inventory;

    /**
     * A cause.
     *
     * @param host the droplet that has it
     * @param arrange the commands that make it
     * @param words what the finding says after "silent): "
     * @param undo the commands that remove it and the remedy
     */
    private record Cause(String host, String arrange, String words, String undo) {}

    private static Cause rule(String host, String table, String rule, String words) {
        String option = table.equals("filter") ? "" : "-t " + table + " ";
        return new Cause(
                host,
                "iptables " + option + "-A " + rule,
                words + ", by the rule \"-A " + rule + "\" of iptables"
                        + (table.equals("filter") ? "" : " in its table " + table),
                "iptables " + option + "-D " + rule + " 2>/dev/null || true");
    }

    private static List<Cause> causes() {
        String from = "lamp01 drops its own packets";
        String to = "lamp02 drops the packets on arrival";
        return List.of(
                new Cause(
                        "lamp02",
                        SITE,
                        to + ", by the chain input in the table inet site of nftables",
                        "nft delete table inet site"),
                new Cause(
                        "lamp02",
                        "nft add table ip other; nft add chain ip other pre '{ type filter hook prerouting priority -250; }';"
                                + " nft add rule ip other pre ip saddr 10.98.0.1 tcp dport 11211 counter drop",
                        to
                                + ", by the rule \"ip saddr 10.98.0.1 tcp dport 11211 drop\" in the table ip other of nftables",
                        "nft delete table ip other"),
                rule("lamp01", "raw", "OUTPUT -d 10.98.0.2/32 -p tcp -m tcp --dport 11211 -j DROP", from),
                rule(
                        "lamp01",
                        "filter",
                        "OUTPUT -d 10.98.0.2/32 -p tcp -m tcp --dport 11211 -m comment --comment \"no \\\"old\\\" web2\" -j"
                                + " DROP",
                        from),
                new Cause(
                        "lamp01",
                        "iptables -N EGRESS; iptables -A EGRESS -p tcp --dport 443 -j ACCEPT; iptables -A EGRESS -d"
                                + " 10.98.0.2 -p tcp ! --dport 22 -j DROP; iptables -A OUTPUT -o eth1 -j EGRESS",
                        from
                                + ", by the rule \"-A EGRESS -d 10.98.0.2/32 -p tcp -m tcp ! --dport 22 -j DROP\" of iptables",
                        "iptables -D OUTPUT -o eth1 -j EGRESS; iptables -F EGRESS; iptables -X EGRESS"),
                new Cause(
                        "lamp01",
                        "iptables -A OUTPUT -o lo -j ACCEPT; iptables -A OUTPUT -m conntrack --ctstate"
                                + " RELATED,ESTABLISHED -j ACCEPT; iptables -A OUTPUT -d 10.98.0.3 -j ACCEPT;"
                                + " iptables -P OUTPUT DROP",
                        from + ", by the policy DROP of the chain OUTPUT of iptables",
                        "iptables -P OUTPUT ACCEPT; iptables -D OUTPUT -o lo -j ACCEPT; iptables -D OUTPUT -m conntrack --ctstate"
                                + " RELATED,ESTABLISHED -j ACCEPT; iptables -D OUTPUT -d 10.98.0.3 -j ACCEPT; iptables -D"
                                + " OUTPUT -s 10.98.0.1 -d 10.98.0.2 -p tcp --dport 11211 -j ACCEPT || true"),
                rule("lamp02", "raw", "PREROUTING -s 10.98.0.1/32 -p tcp -m tcp --dport 11211 -j DROP", to),
                rule("lamp02", "mangle", "INPUT -s 10.98.0.1/32 -i eth1 -j DROP", to),
                rule(
                        "lamp02",
                        "filter",
                        "OUTPUT -d 10.98.0.1/32 -p tcp -m tcp --sport 11211 -j DROP",
                        "lamp02 drops its own answers"),
                rule(
                        "lamp01",
                        "mangle",
                        "PREROUTING -s 10.98.0.2/32 -p tcp -m tcp --sport 11211 -j DROP",
                        "lamp01 drops the answers"));
    }

    @BeforeAll
    static void startCluster() {
        lab = SharedCluster.inService();
        inventory = SharedCluster.inventory();
        lab.onHost("lamp01", INNOCENT);
        lab.onHost("lamp02", "apt-get install -y -q nftables >/dev/null 2>&1; command -v nft");
    }

    @AfterAll
    static void removeRules() {
        lab.onHost("lamp01", INNOCENT.replace("-A OUTPUT", "-D OUTPUT"));
    }

    /** The next cause begins with a cluster whose sentinels block nothing. */
    @AfterEach
    void waitUntilNothingIsBlocked() throws InterruptedException {
        String blocks = "{ iptables -S SESSIONCTL-GATE; iptables -S SESSIONCTL-SILENT; } 2>/dev/null | grep -c -e -j";
        long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!lab.onHosts(SharedCluster.NAMES, blocks + " || true").stream().allMatch(count -> count.equals("0\n"))) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(200);
        }
        lab.onHosts(SharedCluster.NAMES, "systemctl restart sessionctl-sentinel");
    }

    @Order(2)
    @ParameterizedTest
    @MethodSource("causes")
    void theCauseIsNamedAndItsRemedyHelps(Cause cause) {
        lab.onHost(cause.host(), cause.arrange());
        try {
            assertFound(cause);
        } finally {
            lab.onHost(cause.host(), cause.undo());
        }
    }

    private static void assertFound(Cause cause) {
        Result status = lab.run("status", inventory.toString()).exits(3).withoutTraces();
        String begin = "lamp01: it does not reach memcached on lamp02 (silent): " + cause.words() + "; run: ";
        String line = status.out()
                .lines()
                .filter(one -> one.startsWith(begin))
                .findFirst()
                .orElseThrow(() -> new AssertionError(status.toString()));
        lab.runRemedy(line.substring(begin.length())).exits(0);
        // A port may still belong to a connection that began before.
        String reaches =
                "perl -MIO::Socket::INET -e 'for (1 .. 5) { exit 0 if IO::Socket::INET->new(PeerAddr => q(10.98.0.2:11211),"
                        + " LocalPort => 600 + int rand 400, Timeout => 2) } exit 1'";
        assertThat(lab.tryOnHost("lamp01", reaches).exit()).as("%s", status).isZero();
    }

    /** PHP gets no server that it would wait for. */
    @Test
    @Order(3)
    void theFirstRunStopsBeforePhpUsesAServerThatADropletDoesNotReach() {
        try (Lab fresh = Lab.up(Host.installed(Host.numbered(2)))) {
            String rule = "PREROUTING -i eth1 -p tcp -m tcp --dport 11211 -j DROP";
            fresh.onHost("lamp02", "iptables -t raw -A " + rule);
            String cause =
                    "lamp02 drops the packets on arrival, by the rule \"-A " + rule + "\" of iptables in its table raw";
            fresh.run("check", fresh.inventory().toString())
                    .exits(1)
                    .prints("lamp01: it does not reach the memcached port of lamp02: " + cause + "; run: ssh ");
            fresh.provision(fresh.inventory())
                    .exits(1)
                    .withoutTraces()
                    .prints("lamp01: failed to reach memcached on lamp02: " + cause
                            + "; run on lamp02: iptables -t raw -D " + rule + "; then run again");
            assertThat(fresh.onHosts(
                            fresh.names(),
                            "grep -rc '^session.save_handler = memcache' /etc/php/8.2/apache2/php.ini || true"))
                    .containsOnly("0\n");
            fresh.onHost("lamp02", "iptables -t raw -D " + rule);
            fresh.run("check", fresh.inventory().toString()).exits(0);
            fresh.provision(fresh.inventory()).exits(0);
            Browser.assertSessionsShared(fresh, "lamp01", "lamp02");
        }
    }
}
