package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * After another program replaces all rules of the filter table, sessionctl's chains and the guard's closed port are
 * restored soon. Without the chains, memcached does not open. A visitor's cookie cannot disturb the guards.
 */
class ReplacedRulesIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String HOST = "lamp02";
    private static final String CLOSED = "iptables -S SESSIONCTL-GATE | grep -q -e '-j REJECT'";

    private static Lab lab;
    private static Path inventory;

    @BeforeAll
    static void installOtherFirewalls() {
        lab = SharedCluster.inService();
        inventory = SharedCluster.inventory();
        lab.run("firewall", inventory.toString()).exits(0);
        lab.onHost(
                HOST,
                "DEBIAN_FRONTEND=noninteractive apt-get -qq -y install nftables iptables-persistent >/dev/null 2>&1;"
                        + " printf '*filter\\n:INPUT ACCEPT [0:0]\\n-A INPUT -p icmp -j ACCEPT\\nCOMMIT\\n' >/etc/iptables/rules.v4;"
                        + " cp /etc/iptables/rules.v4 /etc/iptables/rules.v6; systemctl start nftables");
    }

    @AfterAll
    static void removeRules() {
        lab.tryOnHost(
                HOST, "systemctl stop nftables; apt-get -qq -y purge nftables iptables-persistent >/dev/null 2>&1");
        lab.run("firewall", inventory.toString(), "--remove").exits(0);
        assertThat(lab.onHosts(
                        SharedCluster.NAMES, "systemctl list-units --all | grep sessionctl-firewall || echo none"))
                .allMatch(units -> units.strip().equals("none"));
    }

    private static void await(String command) throws InterruptedException {
        new PacketFilter(lab, HOST).await(command, LIMIT);
    }

    /** Returns the rules without the jump to the guard's chain, which has no effect while that chain is empty. */
    private static String chains() {
        return new PacketFilter(lab, HOST).ours().replace("-A INPUT -j SESSIONCTL-GATE\n", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "systemctl restart nftables",
                "systemctl reload nftables",
                "systemctl restart netfilter-persistent",
                "netfilter-persistent reload",
                "iptables-restore /etc/iptables/rules.v4",
                "iptables -F; ip6tables -F",
                "systemctl stop nftables",
                "systemctl start nftables",
            })
    void theChainsAreRestoredAfterAnotherProgramReplacesTheRules(String command) throws InterruptedException {
        String before = chains();
        lab.onHost(HOST, command + " >/dev/null 2>&1");
        await("iptables -C INPUT -j SESSIONCTL && ip6tables -C INPUT -j SESSIONCTL");
        assertThat(chains()).isEqualTo(before);
        lab.run("firewall", inventory.toString(), "--dry-run", "--detailed-exitcode")
                .exits(0);
    }

    @Test
    void aClosedPortIsClosedAgainAfterAnotherProgramReplacesTheRules() throws InterruptedException {
        lab.onHost(HOST, "perl /usr/local/lib/sessionctl/guard hold");
        for (String command : List.of("systemctl restart nftables", "iptables-restore /etc/iptables/rules.v4")) {
            lab.onHost(HOST, command);
            await(CLOSED + " && iptables -C INPUT -j SESSIONCTL");
        }
        lab.onHost(HOST, "perl /usr/local/lib/sessionctl/guard admit");
        await("! " + CLOSED);
    }

    /** Simulates a boot at which a rule is refused. */
    @Test
    void memcachedDoesNotOpenWithoutTheChains() throws InterruptedException {
        lab.onHost(
                HOST,
                "systemctl stop sessionctl-firewall-watch; echo '4 -A SESSIONCTL -m refused -j ACCEPT' >>/etc/sessionctl/firewall.rules;"
                        + " nft flush ruleset; systemctl restart memcached");
        await(CLOSED + " && systemctl is-active -q memcached");
        lab.run("status", inventory.toString())
                .exits(3)
                .prints(
                        HOST
                                + ": its memcached port is still closed to PHP: the rules of sessionctl firewall are not in force");
        lab.provision(inventory).exits(0);
        assertThat(lab.tryOnHost(HOST, CLOSED).exit()).isNotZero();
    }

    /** A visitor chooses the name of a session. */
    @Test
    void aCookieCannotBreakTheOrderOfRestarts() {
        Browser.publish(lab, SharedCluster.NAMES.toArray(String[]::new));
        for (String cookie : List.of("sessionctl", "sessionctl<turn>", "sessionctl%3Cturn%3E")) {
            for (String host : SharedCluster.NAMES) {
                lab.exec(
                                "curl",
                                "-sS",
                                "--cookie",
                                "PHPSESSID=" + cookie,
                                "http://" + lab.host(host).publicIp() + "/session.php")
                        .exits(0);
            }
        }
        String held = lab.onHost(
                "lamp01",
                "perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr => q(10.98.0.1:11211), LocalAddr =>"
                        + " q(127.0.0.1)) or die; print $s qq(get sessionctl.lock sessionctl<turn>\\r\\n); while (<$s>) { last if"
                        + " /^END/; print }'");
        assertThat(held).contains("VALUE sessionctl.lock").doesNotContain("<turn>");
        long from = System.nanoTime();
        lab.onHost("lamp01", "systemctl restart memcached");
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofMinutes(1));
        assertThat(lab.onHost("lamp01", "journalctl -u memcached --since -5min --no-pager"))
                .doesNotContain("another stops, too");
    }
}
