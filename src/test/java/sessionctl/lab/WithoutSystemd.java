package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Tests for droplets with another init than systemd, which have no unit, no systemd timer and no guard. */
final class WithoutSystemd {
    private static final List<String> NAMES = SharedCluster.NAMES;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private WithoutSystemd() {}

    /** Tests a cluster in service whose rules are in force, and removes the rules at the end. */
    static void test(Lab lab, Path inventory) throws InterruptedException {
        theRulesAreInForceBeforeMemcachedAfterAReboot(lab, inventory);
        theRulesAreRestored(lab);
        aLossOfSessionsMustBeAccepted(lab, inventory);
        noRulesRemainAfterTheirRemoval(lab, inventory);
        theRulesAreRolledBackWhenTheRunIsKilled(lab, inventory);
    }

    private static Result firewall(Lab lab, Path inventory, String option) {
        return lab.run("firewall", inventory.toString(), option);
    }

    private static PacketFilter filter(Lab lab, String host) {
        return new PacketFilter(lab, host);
    }

    /** There, the timer of each droplet is a process of its own that outlives the connection. */
    private static void theRulesAreRolledBackWhenTheRunIsKilled(Lab lab, Path inventory) throws InterruptedException {
        List<String> before = PacketFilter.saved(lab, NAMES);
        filter(lab, "lamp03").dropSshWhenChanged();
        Program run = lab.start(Map.of(), "", "firewall", inventory.toString(), "--confirm-timeout", "12");
        filter(lab, "lamp01").awaitUnconfirmed();
        run.signal("KILL");
        run.await(LIMIT);
        for (int i = 0; i < NAMES.size(); i++) {
            filter(lab, NAMES.get(i)).awaitSaved(before.get(i), LIMIT);
        }
    }

    private static void theRulesAreInForceBeforeMemcachedAfterAReboot(Lab lab, Path inventory)
            throws InterruptedException {
        lab.script("attach", "outsider", "10.98.0.99");
        firewall(lab, inventory, "--check").exits(0);
        String rules = filter(lab, "lamp02").ours();
        assertThat(rules).contains("-A INPUT -j SESSIONCTL");
        // A file that memcached's init script reads before it starts memcached.
        lab.onHost("lamp02", "echo 'iptables -S INPUT >/root/at-start' >>/etc/default/memcached");
        lab.script("reboot", "lamp02");
        filter(lab, "lamp02").await("service memcached status", LIMIT);
        assertThat(lab.onHost("lamp02", "cat /root/at-start")).contains("-A INPUT -j SESSIONCTL");
        assertThat(filter(lab, "lamp02").ours()).isEqualTo(rules);
        assertThat(lab.tryScript("in", "outsider", "timeout", "2", "bash", "-c", "</dev/tcp/10.98.0.2/11211")
                        .exit())
                .isNotZero();
        lab.run("firewall", inventory.toString(), "--dry-run", "--detailed-exitcode")
                .exits(0);
        lab.run("status", inventory.toString()).exits(0);
    }

    private static void theRulesAreRestored(Lab lab) throws InterruptedException {
        String rules = filter(lab, "lamp02").ours();
        lab.onHost("lamp02", "iptables -F SESSIONCTL; iptables -D INPUT -j SESSIONCTL");
        filter(lab, "lamp02").await("iptables -C INPUT -j SESSIONCTL", LIMIT);
        assertThat(filter(lab, "lamp02").ours()).isEqualTo(rules);
    }

    private static void aLossOfSessionsMustBeAccepted(Lab lab, Path inventory) {
        lab.run("verify", inventory.toString()).exits(3).prints("a guard needs systemd and memcached 1.5 or newer");
        Browser.assertSessionsShared(lab, NAMES.toArray(String[]::new));
        lab.run("restart", inventory.toString()).exits(1).complains("--accept-session-loss");
        lab.run("restart", inventory.toString(), "--accept-session-loss").exits(0);
        Browser.assertSessionsShared(lab, NAMES.toArray(String[]::new));
    }

    private static void noRulesRemainAfterTheirRemoval(Lab lab, Path inventory) {
        firewall(lab, inventory, "--remove").exits(0);
        lab.onHosts(
                NAMES,
                "! ls /etc/sessionctl/firewall.rules /etc/init.d/sessionctl-firewall /etc/rcS.d/S*sessionctl-firewall"
                        + " && ! iptables -S | grep SESSIONCTL");
    }
}
