package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import sessionctl.desired.PairwiseFirewall;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.inventory.Memcached;
import sessionctl.inventory.Php;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.Sessions;
import sessionctl.inventory.SshAccess;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.UnsupportedDropletException;

/** The exact output of a dry run on a droplet with rules of other programs. */
class FirewallChangeTest {
    private static final FilterTable BUSY = FilterTable.parse("""
            *filter
            :INPUT ACCEPT [0:0]
            :FORWARD DROP [0:0]
            :OUTPUT ACCEPT [0:0]
            :DOCKER - [0:0]
            :f2b-sshd - [0:0]
            -A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
            -A FORWARD -o docker0 -j DOCKER
            -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
            -A f2b-sshd -j RETURN
            COMMIT
            """);

    private static Droplet droplet(int number) {
        return new Droplet(
                "lamp0" + number,
                new PublicAddress("203.0.113." + number),
                new PrivateAddress("10.1.1." + number),
                SshAccess.defaults(),
                null,
                false);
    }

    private static FirewallChange change(Firewall.Mode mode) throws UnsupportedDropletException {
        Cluster cluster = new Cluster(
                "shop",
                List.of(droplet(1), droplet(2)),
                Memcached.defaults(),
                Sessions.defaults(),
                Php.AUTO,
                new Firewall(mode, List.of(80, 443)));
        FirewallState now = new FirewallState(BUSY, null, "");
        FirewallFacts facts = new FirewallFacts(now, true, List.of(new InterfaceAddress("eth1", "10.1.1.1")));
        FirewallState wanted = new PairwiseFirewall(cluster).rulesFor(droplet(1), facts);
        return new FirewallChange(now, wanted, List.of("4 ACCEPT", "6 ACCEPT"));
    }

    private static String shown(FirewallChange change) {
        return change.diffs().get(0).stream().collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    void thePoolRulesAreShownAmongTheRulesOfOtherPrograms() throws UnsupportedDropletException {
        assertThat(shown(change(Firewall.Mode.POOL))).isEqualTo("""
                --- iptables-save -t filter
                +++ iptables-save -t filter
                @@ -3,9 +3,15 @@
                 :FORWARD DROP
                 :OUTPUT ACCEPT
                 :DOCKER -
                +:SESSIONCTL -
                 :f2b-sshd -
                +-A INPUT -j SESSIONCTL
                 -A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
                 -A FORWARD -o docker0 -j DOCKER
                 -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
                +-A SESSIONCTL -i lo -p tcp -m tcp --dport 11211 -j ACCEPT
                +-A SESSIONCTL -s 10.1.1.2/32 -i eth1 -p tcp -m tcp --dport 11211 -j ACCEPT
                +-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP
                +-A SESSIONCTL -p udp -m udp --dport 11211 -j DROP
                 -A f2b-sshd -j RETURN
                 COMMIT
                """);
    }

    @Test
    void theFullRulesAreShownAmongTheRulesOfOtherPrograms() throws UnsupportedDropletException {
        assertThat(shown(change(Firewall.Mode.FULL))).contains("""
                -:INPUT ACCEPT
                +:INPUT DROP
                """, """
                +-A INPUT -j SESSIONCTL
                 -A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
                +-A INPUT -j SESSIONCTL-FULL
                """, """
                +-A SESSIONCTL-FULL -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
                +-A SESSIONCTL-FULL -p tcp -m tcp --dport 80 -j ACCEPT
                +-A SESSIONCTL-FULL -p tcp -m tcp --dport 443 -j ACCEPT
                +-A SESSIONCTL-FULL -p tcp -m tcp --dport 22 -j ACCEPT
                +-A SESSIONCTL-FULL -i lo -j ACCEPT
                +-A SESSIONCTL-FULL -p icmp -m icmp --icmp-type 8 -j ACCEPT
                """);
    }

    /** Applies two edits to correct rules and returns the fault that is then reported. */
    private static String fault(UnaryOperator<String> v4, UnaryOperator<String> kept)
            throws UnsupportedDropletException {
        FirewallState wanted = change(Firewall.Mode.POOL).after();
        FirewallState now = new FirewallState(
                FilterTable.parse(v4.apply(wanted.v4().text())), null, kept.apply(wanted.bootRules()));
        FirewallChange change = new FirewallChange(now, wanted, List.of("4 ACCEPT", "6 ACCEPT"));
        assertThat(change.isNeeded()).isTrue();
        return change.describeFault();
    }

    @Test
    void everyFaultOfTheRulesIsNamed() throws UnsupportedDropletException {
        String jump = "-A INPUT -j SESSIONCTL\n";
        UnaryOperator<String> same = UnaryOperator.identity();
        assertThat(fault(text -> BUSY.text(), same)).isEqualTo("are missing");
        assertThat(fault(text -> text.replace(jump, ""), same))
                .isEqualTo("are not in force: no rule of INPUT jumps to them");
        assertThat(fault(text -> text.replace(jump, "-A INPUT -j ACCEPT\n" + jump), same))
                .isEqualTo("are not first in INPUT, so other rules are evaluated before them");
        assertThat(fault(text -> text.replace("10.1.1.2/32", "10.1.1.3/32"), same))
                .isEqualTo("do not match the inventory");
        assertThat(fault(same, kept -> "")).isEqualTo("would not be the same after the next boot");
    }
}
