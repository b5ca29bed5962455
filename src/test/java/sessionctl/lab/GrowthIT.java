package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A fourth droplet joins a cluster in service and leaves it again. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GrowthIT {
    private static Lab lab;
    private static Path inventoryOfFour;

    @BeforeAll
    static void provisionThree() {
        lab = SharedCluster.inService();
        inventoryOfFour = lab.inventory();
        // Creates a session: without one, no server has to push any.
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03");
    }

    @Test
    @Order(1)
    void aLimitWithAnUnknownDropletIsRefused() {
        lab.provision(inventoryOfFour, "--limit", "lamp04,lamp05")
                .exits(5)
                .complains("--limit: the inventory has no droplet lamp05; it has lamp01, lamp02, lamp03, lamp04");
    }

    /** It could not be filled, and an empty server that opens would be worse than none. */
    @Test
    @Order(2)
    void aDropletThatTheRulesOfOthersKeepOutIsRefusedBeforeAnyChange() {
        Disk.Snapshot before = Disk.snapshot(lab, List.of("lamp04"));
        lab.provision(inventoryOfFour, "--limit", "lamp04")
                .exits(1)
                .prints("lamp04: the rules of lamp01, lamp02, lamp03 do not admit it yet; run without --limit");
        before.assertUnchanged();
    }

    @Test
    @Order(3)
    void withALimitOnlyTheNewDropletIsChanged() {
        lab.run("firewall", inventoryOfFour.toString(), "--limit", "lamp01,lamp02,lamp03")
                .exits(0)
                .prints("lamp01: done (1 change)");
        String before = services("apache2", "memcached");
        lab.provisionAsPlanned(inventoryOfFour, "--limit", "lamp04").exits(0).prints("lamp04: done (5 changes)");
        assertThat(services("apache2", "memcached")).isEqualTo(before);
        assertThat(savePath("lamp04")).contains("10.98.0.1:", "10.98.0.4:");
        assertThat(savePath("lamp01")).contains("10.98.0.1:").doesNotContain("10.98.0.4:");
    }

    @Test
    @Order(4)
    void theOthersAddTheNewDropletWithoutARestart() {
        String memcached = services("memcached");
        List<String> web = SharedCluster.NAMES.stream()
                .map(h -> Services.start(lab, h, "apache2"))
                .toList();
        Outsider outsider = new Outsider(lab, lab.names());
        lab.provisionAsPlanned(inventoryOfFour).exits(0).prints("lamp01: done (3 changes)", "lamp04: done (1 change)");
        assertNoAnswer(outsider);
        assertThat(services("memcached")).isEqualTo(memcached);
        assertThat(SharedCluster.NAMES.stream().map(h -> Services.start(lab, h, "apache2")))
                .containsExactlyElementsOf(web);
        assertThat(List.of(savePath("lamp01"), savePath("lamp02"), savePath("lamp03")))
                .containsOnly(savePath("lamp04"));
        assertThat(savePath("lamp04")).contains("memcache.session_redundancy=5");
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03", "lamp04");
    }

    @Test
    @Order(5)
    void aNewSessionIsStoredOnAllDroplets() {
        Browser browser = new Browser(lab);
        browser.visit("lamp02");
        String session = browser.cookie().replace("PHPSESSID=", "");
        for (String host : lab.names()) {
            String ask =
                    "perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(shift) or die; print $s \"get @ARGV\\r\\n\";"
                            + " print scalar <$s>' " + lab.host(host).privateIp() + ":11211 " + session;
            assertThat(lab.onHost(host, ask)).as("the copy on %s", host).startsWith("VALUE " + session);
        }
    }

    @Test
    @Order(6)
    void withFewerCopiesARestartLosesNoSession() throws InterruptedException {
        lab.provision(inventoryWithTwoCopies())
                .exits(0)
                .prints("each session is kept on at least 2 of the 4 servers", "+memcache.session_redundancy=3");
        Visitors.publish(lab, lab.names());
        try (Visitors visitors = new Visitors(lab, lab.names())) {
            lab.run("restart", inventoryWithTwoCopies().toString()).exits(0);
            Visitors.Losses losses = visitors.stop();
            assertThat(losses.lost() + losses.stale()).as("%s", losses).isZero();
        }
        assertThat(lab.names()).filteredOn(host -> filledSessions(host) < 1000).isNotEmpty();
    }

    private static Path inventoryWithTwoCopies() {
        return lab.inventoryWith("sessions: {copies: 2}\n", lab.names().toArray(String[]::new));
    }

    /** Returns the number of sessions that the droplet's memcached was filled with. */
    private static int filledSessions(String host) {
        return Integer.parseInt(
                lab.onHost(host, "cut -d ' ' -f 3 /run/sessionctl/guard/state").strip());
    }

    @Test
    @Order(7)
    void withFewerCopiesADropletCannotBeForgotten() {
        Path three = lab.inventoryWith("sessions: {copies: 2}\n", "lamp01", "lamp02", "lamp03");
        lab.provision(three, "--forget", lab.host("lamp04").privateIp())
                .exits(1)
                .prints("its sessions cannot be kept: PHP keeps fewer copies than there are servers")
                .complains("--accept-session-loss");
    }

    /** Its PHP would continue with the old list, so that each session would exist twice. */
    @Test
    @Order(7)
    void aRunningDropletWhoseLineIsDeletedStopsEveryRun() {
        Path three = SharedCluster.inventory();
        String running = "10.98.0.4: no longer in the inventory but still runs with the old list.";
        String before = savePath("lamp01");
        lab.provision(three)
                .exits(1)
                .prints(running, "run: sessionctl provision " + three)
                .complains("Nothing was changed.");
        lab.provision(three, "--dry-run", "--detailed-exitcode").exits(1).prints(running);
        lab.run("firewall", three.toString()).exits(1).prints(running);
        lab.run("check", three.toString()).exits(1).prints(running);
        lab.run("status", three.toString()).exits(3).prints(running);
        lab.onHost("lamp04", "systemctl stop memcached");
        lab.provision(three).exits(1).prints(running);
        lab.onHost("lamp04", "systemctl start memcached && systemctl stop apache2");
        lab.provision(three, "--limit", "lamp01").exits(1).prints(running);
        lab.onHost("lamp04", "systemctl start apache2");
        assertThat(savePath("lamp01")).isEqualTo(before);
        lab.provision(three, "--dry-run", "--forget", "10.98.0.4").exits(0);
    }

    /** Idle visitors' sessions were written when fewer copies were kept, so they are on three of the four servers. */
    @Test
    @Order(8)
    void anUnreachableLeavingDropletIsRemovedByTheOthers() throws InterruptedException {
        Path leaves = fourthLeaves();
        Visitors.publish(lab, SharedCluster.NAMES);
        try (Visitors visitors = new Visitors(lab, SharedCluster.NAMES, "--idle", "900", "--rate", "100")) {
            lab.provision(inventoryOfFour).exits(0);
            lab.script("kill", "lamp04");
            lab.provision(leaves, "--dry-run").exits(0).prints("away: block 10.98.0.4");
            lab.provisionAsPlanned(leaves)
                    .exits(0)
                    .prints("lamp01: done (6 changes)", "lamp03: done (6 changes)", "lamp04 (")
                    .complains("lamp04 is leaving but could not be reached, so it was not touched.");
            Visitors.Losses losses = visitors.stop();
            assertThat(losses.lost() + losses.stale()).as("%s", losses).isZero();
        }
        for (String host : SharedCluster.NAMES) {
            assertThat(savePath(host)).contains("10.98.0.3:", "redundancy=4").doesNotContain("10.98.0.4:");
            assertThat(lab.onHost(host, "iptables -S")).doesNotContain("SESSIONCTL-AWAY");
        }
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03");
        lab.provision(leaves, "--dry-run", "--detailed-exitcode").exits(0);
        lab.provision(leaves).exits(0).prints("No changes.");
        assertThat(lab.onHost("lamp01", "iptables -S SESSIONCTL")).doesNotContain("10.98.0.4/32");
    }

    /** It still has the old list, and its memcached has started with it. */
    @Test
    @Order(9)
    void aLeavingDropletThatRunsAgainIsDecommissioned() {
        lab.script("start", "lamp04");
        lab.onHost(
                "lamp04",
                "for i in $(seq 600); do systemctl -q is-active memcached && exit 0; sleep 0.1; done; exit 1");
        lab.provisionAsPlanned(fourthLeaves())
                .exits(0)
                .prints("close: close the port of memcached", "retire: permanently stop memcached")
                .complains("lamp04 has left the cluster. Delete it from the inventory.");
        assertThat(lab.tryOnHost("lamp04", "systemctl is-active memcached || systemctl is-enabled memcached")
                        .exit())
                .isNotZero();
        Path leaves = fourthLeaves();
        lab.provision(leaves, "--dry-run", "--detailed-exitcode").exits(0);
        Result firewall = lab.run("firewall", leaves.toString()).exits(0);
        assertThat(firewall.out()).contains("left").doesNotContain("refused", "does not reach");
        Result status = lab.run("status", leaves.toString()).exits(0);
        assertThat(status.out()).contains("left").doesNotContain("refused", "held");
        lab.script("reset", "lamp04");
    }

    /**
     * This is the state after a killed run. The blocked server lacks later writes, so the block must survive a reboot.
     */
    @Test
    @Order(10)
    void theBlockOfALeavingServerSurvivesAReboot() {
        lab.onHost("lamp01", "perl /usr/local/lib/sessionctl/guard away 10.98.0.4");
        lab.script("reboot", "lamp01");
        lab.onHost(
                "lamp01",
                "for i in $(seq 600); do systemctl -q is-active memcached && exit 0; sleep 0.1; done; exit 1");
        assertThat(lab.onHost("lamp01", "iptables -S")).contains("-A SESSIONCTL-AWAY -d 10.98.0.4/32");
        lab.provision(SharedCluster.inventory(), "--forget", "10.98.0.4")
                .exits(0)
                .prints("retire: unblock 10.98.0.4");
        lab.onHost("lamp01", "systemctl restart memcached");
        assertThat(lab.onHost("lamp01", "iptables -S")).doesNotContain("SESSIONCTL-AWAY");
    }

    @Test
    @Order(11)
    void oneCommandEditsTheInventoryAndLetsADropletJoinOrLeave() throws IOException, InterruptedException {
        Path file = SharedCluster.inventory();
        Files.writeString(file, "# The shop.\n" + Files.readString(file));
        String three = Files.readString(file);
        Host fourth = lab.host("lamp04");
        Visitors.publish(lab, SharedCluster.NAMES);
        Outsider outsider = new Outsider(lab, SharedCluster.NAMES);
        try (Visitors visitors = new Visitors(lab, SharedCluster.NAMES, "--rate", "100")) {
            lab.run("add", "lamp04", fourth.publicIp(), fourth.privateIp(), file.toString())
                    .exits(0)
                    .complains(file + " has lamp04 now.");
            assertThat(Files.readString(file))
                    .startsWith(three)
                    .contains("name: lamp04, public_ip: " + fourth.publicIp() + ", private_ip: " + fourth.privateIp());
            assertThat(savePath("lamp01")).contains(fourth.privateIp() + ":");
            lab.run("remove", "lamp04", file.toString())
                    .exits(0)
                    .complains("lamp04 has left the cluster.\n")
                    .complains("Deleted lamp04 from " + file + ".");
            assertThat(file).hasContent(three);
            assertThat(savePath("lamp01")).doesNotContain(fourth.privateIp() + ":");
            Visitors.Losses losses = visitors.stop();
            assertThat(losses.lost() + losses.stale() + losses.failed())
                    .as("%s", losses)
                    .isZero();
        }
        assertNoAnswer(outsider);
        lab.provision(SharedCluster.inventory(), "--dry-run", "--detailed-exitcode")
                .exits(0);
        lab.script("reset", "lamp04");
    }

    private static void assertNoAnswer(Outsider outsider) {
        assertThat(outsider.stop()).allMatch(line -> line.matches("\\S+ [1-9]\\d* tries, 0 answers"));
    }

    private static Path fourthLeaves() {
        String three = SharedCluster.NAMES.stream()
                .map(host -> lab.host(host).inventoryLine())
                .collect(Collectors.joining());
        String fourth = lab.host("lamp04").inventoryLine().replace("{name: lamp04,", "{name: lamp04, leaving: true,");
        return lab.file("ssh: {key: " + lab.key() + "}\ndroplets:\n" + three + fourth, ".yml");
    }

    private static String services(String... names) {
        return SharedCluster.NAMES.stream()
                .map(host -> Services.fingerprint(lab, host, names))
                .collect(Collectors.joining());
    }

    private static String savePath(String host) {
        return lab.onHost(
                host,
                "grep -h -e '^session.save_path' -e '^memcache.session_redundancy' /etc/php/8.2/apache2/php.ini"
                        + " /etc/php/8.2/mods-available/memcache.ini");
    }
}
