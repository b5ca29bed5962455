package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Restarts of the servers, one after another, and faults that stop them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static Lab lab;

    @BeforeAll
    static void provisionCluster() {
        lab = SharedCluster.inService();
    }

    /** Restores the cluster with a provision run. */
    @AfterEach
    void restoreCluster() {
        lab.provision(SharedCluster.inventory()).exits(0);
        lab.provision(SharedCluster.inventory(), "--dry-run", "--detailed-exitcode")
                .exits(0);
    }

    private static Result restart(String... more) {
        List<String> words =
                new ArrayList<>(List.of("restart", SharedCluster.inventory().toString()));
        words.addAll(List.of(more));
        return lab.run(words.toArray(String[]::new));
    }

    private static List<String> fingerprints(String service) {
        return SharedCluster.NAMES.stream()
                .map(host -> Services.fingerprint(lab, host, service))
                .toList();
    }

    @Test
    @Order(1)
    void aDryRunShowsTheRestartsAndDoesNothing() {
        List<String> before = fingerprints("memcached");
        restart("--dry-run")
                .exits(0)
                .prints(
                        "* memcached: restart memcached",
                        "sessions are kept: the other servers take over until this one is refilled",
                        "Plan: 3 changes on 3 droplets. Dry run: nothing was changed.");
        assertThat(fingerprints("memcached")).isEqualTo(before);
    }

    @Test
    @Order(2)
    void aServerStopsOnlyAfterThePreviousOneIsUpAgain() {
        List<String> web = fingerprints("apache2");
        restart().exits(0).prints("lamp01: done (1 change)", "lamp02: done (1 change)", "lamp03: done (1 change)");
        assertThat(fingerprints("apache2")).isEqualTo(web);
        for (int i = 1; i < SharedCluster.NAMES.size(); i++) {
            Services.Restart before = Services.lastRestart(lab, SharedCluster.NAMES.get(i - 1), "memcached");
            Services.Restart after = Services.lastRestart(lab, SharedCluster.NAMES.get(i), "memcached");
            assertThat(after.down()).isGreaterThan(before.up());
        }
    }

    @Test
    @Order(3)
    void withWebOnlyTheWebServersAreReloaded() {
        List<String> memcached = fingerprints("memcached");
        List<String> web = fingerprints("apache2");
        restart("--web").exits(0).prints("lamp03: done (1 change)");
        assertThat(fingerprints("memcached")).isEqualTo(memcached);
        assertThat(fingerprints("apache2")).doesNotContainAnyElementsOf(web);
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03");
    }

    /** Returns how often a droplet's Apache has logged a graceful restart (AH00171). */
    private static int generations(String host) {
        return Integer.parseInt(lab.onHost(host, "grep -c AH00171 /var/log/apache2/error.log || true")
                .strip());
    }

    /**
     * None of its old children ends before Apache checks them for the first time, so Apache would sleep for a second.
     */
    @Test
    @Order(4)
    void anApacheThatSleepsDuringItsReloadIsWoken() {
        int before = generations("lamp01");
        lab.onHost(
                "lamp01",
                "log=/var/log/apache2/error.log; ready=$(grep -c AH00163 $log);"
                        + " children=$(pgrep -P $(systemctl show -P MainPID apache2)); kill -STOP $children;"
                        + " (for i in $(seq 1500); do [ $(grep -c AH00163 $log) = $ready ] || break; sleep 0.02; done;"
                        + " sleep 0.1; kill -CONT $children) </dev/null >/dev/null 2>&1 &");
        restart("--web", "--limit", "lamp01").exits(0).prints("lamp01: done (1 change)");
        assertThat(generations("lamp01") - before).isEqualTo(2);
    }

    private static final int VISITORS = 80;

    /** Requests a page that counts and writes after this many seconds, for one visitor after another, 50 ms apart. */
    private static Program count(String host, int seconds) {
        String page = "http://" + lab.host(host).publicIp() + "/count.php?seconds=" + seconds;
        return lab.command(
                Map.of(),
                "sh",
                "-c",
                "for id in $(seq -f patient%017.0f " + VISITORS
                        + "); do curl -sS --max-time 40 --cookie PHPSESSID=$id '" + page
                        + "' & sleep 0.05; done; wait");
    }

    /**
     * The requests begin before the server stops, while it is closed and after it has opened, and all write long after it
     * has been filled again.
     */
    @Test
    @Order(5)
    void writesOfRequestsThatOverlapARestartAreKept() throws InterruptedException {
        String page = "<?php session_start(); $_SESSION[\"n\"] = $n = 1 + ($_SESSION[\"n\"] ?? 0);"
                + " sleep((int) $_GET[\"seconds\"]); session_write_close(); echo \"$n\\n\";";
        lab.onHosts(SharedCluster.NAMES, "cat >/var/www/html/count.php <<'PAGE'\n" + page + "\nPAGE\n");
        assertThat(count("lamp01", 0).await(LIMIT).out()).isEqualTo("1\n".repeat(VISITORS));
        Program requests = count("lamp01", 6);
        restart("--limit", "lamp02").exits(0);
        assertThat(requests.await(LIMIT).out()).isEqualTo("2\n".repeat(VISITORS));
        // The guard must first see that the requests have ended.
        Thread.sleep(1000);
        assertThat(count("lamp02", 0).await(LIMIT).out()).isEqualTo("3\n".repeat(VISITORS));
        assertThat(count("lamp03", 0).await(LIMIT).out()).isEqualTo("4\n".repeat(VISITORS));
    }

    /** Sends a command of memcached's protocol from the droplet itself, as PHP would through an open port. */
    private static String memcached(String host, String command) {
        String words =
                "my $s = IO::Socket::INET->new(PeerAddr => \"" + lab.host(host).privateIp()
                        + ":11211\", LocalAddr => \"127.0.0.1\") or die; print $s \"" + command
                        + "\\r\\nquit\\r\\n\"; print <$s>";
        return lab.onHost(host, "perl -MIO::Socket::INET -e '" + words + "'");
    }

    @Test
    @Order(6)
    void staleSessionsOfAFencedServerAreNeitherReadNorKept() {
        String later = Long.toString(System.currentTimeMillis() / 1000 + 1000);
        lab.onHost("lamp03", "perl /usr/local/lib/sessionctl/guard close");
        memcached("lamp03", "set stale000123456789abcdefghi 0 " + later + " 3\\r\\nold");
        memcached("lamp03", "set ended000123456789abcdefghi 0 " + later + " 3\\r\\nold");
        for (String peer : List.of("lamp01", "lamp02")) {
            memcached(peer, "set stale000123456789abcdefghi 0 " + later + " 3\\r\\nnew");
        }
        lab.provision(SharedCluster.inventory()).exits(0).prints("which an earlier start left closed");
        assertThat(memcached("lamp03", "get stale000123456789abcdefghi")).contains("\nnew");
        assertThat(memcached("lamp03", "get ended000123456789abcdefghi")).doesNotContain("VALUE");
        SharedCluster.NAMES.forEach(host -> memcached(host, "delete stale000123456789abcdefghi"));
    }

    /** Stores sessions of 2000 bytes, up to this many megabytes. */
    private static void fill(String host, int megabytes) {
        String words =
                "my $s = IO::Socket::INET->new(PeerAddr => \"" + lab.host(host).privateIp()
                        + ":11211\", LocalAddr => \"127.0.0.1\") or die; my $value = \"x\" x 2000;"
                        + " for (1 .. " + megabytes * 490
                        + ") { print $s \"set full$_ 0 3000 2000 noreply\\r\\n$value\\r\\n\" }"
                        + " print $s \"version\\r\\n\"; print scalar <$s>";
        lab.onHost(host, "perl -MIO::Socket::INET -e '" + words + "'");
    }

    @Test
    @Order(7)
    void aNearlyFullServerIsRefilledCompletelyAfterACrash() {
        SharedCluster.NAMES.forEach(host -> fill(host, 56));
        assertThat(memcached("lamp02", "stats")).contains("STAT evictions 0\r");
        lab.onHost(
                "lamp01",
                "pid=$(systemctl show -P MainPID memcached); kill -9 $pid; for i in $(seq 600); do sleep 0.1;"
                        + " grep -q '^open' /run/sessionctl/guard/state && systemctl -q is-active memcached"
                        + " && [ $(systemctl show -P MainPID memcached) != $pid ] && exit 0; done; exit 1");
        lab.onHost("lamp01", "perl /usr/local/lib/sessionctl/guard whole 10.98.0.2 10.98.0.3");
        assertThat(memcached("lamp01", "stats")).contains("STAT evictions 0\r");
        SharedCluster.NAMES.forEach(host -> memcached(host, "flush_all"));
    }

    @Test
    @Order(8)
    void aPeerThatIsDownStopsTheRunBeforeAnythingIsRestarted() {
        lab.onHost("lamp03", "systemctl stop memcached");
        String before = Services.fingerprint(lab, "lamp01", "memcached");
        restart("--limit", "lamp01")
                .exits(1)
                .withoutTraces()
                .prints("lamp01: failed to restart memcached: ", "10.98.0.3:11211 is down, closed, or does not answer");
        assertThat(Services.fingerprint(lab, "lamp01", "memcached")).isEqualTo(before);
    }

    @Test
    @Order(9)
    void aKilledGuardLeavesThePortClosedAndTheNextRunOpensIt() {
        // Peers that do not answer keep the guard waiting.
        lab.onHosts(List.of("lamp02", "lamp03"), "kill -STOP $(systemctl show -P MainPID memcached)");
        lab.onHost(
                "lamp01",
                "systemctl kill -s KILL memcached; for i in $(seq 400); do sleep 0.1;"
                        + " pid=$(pgrep -f 'sessionctl/guard joi[n]') && kill -9 $pid && exit 0; done; exit 1");
        lab.onHosts(
                List.of("lamp02", "lamp03"),
                "kill -CONT $(systemctl show -P MainPID memcached); for i in $(seq 200); do sleep 0.1;"
                        + " grep -q '^open' /run/sessionctl/guard/state && exit 0; done; exit 1");
        lab.onHost(
                "lamp01",
                "for i in $(seq 400); do systemctl -q is-active memcached && exit 0; sleep 0.1; done; exit 1");
        assertThat(lab.tryOnHost("lamp02", "timeout 2 bash -c '</dev/tcp/10.98.0.1/11211'")
                        .exit())
                .as("the port of a server that may hold nothing")
                .isNotZero();
        lab.provision(SharedCluster.inventory(), "--dry-run")
                .exits(0)
                .prints(
                        "lamp01",
                        "fill memcached from its peers and open its port, which an earlier start left closed");
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03");
    }

    @Test
    @Order(10)
    void aStartThatLeavesThePortClosedIsAFailure() {
        lab.onHost("lamp01", "systemctl stop memcached");
        lab.onHost(
                "lamp01",
                "setsid -f sh -c 'for i in $(seq 3000); do pkill -9 -f \"sessionctl/guard joi[n]\" && exit; sleep 0.02;"
                        + " done' >/dev/null 2>&1");
        lab.provision(SharedCluster.inventory())
                .exits(1)
                .withoutTraces()
                .prints("lamp01: failed to start memcached: ", "its port is still closed");
        assertThat(lab.onHost("lamp01", "systemctl is-active memcached")).isEqualTo("active\n");
    }

    /**
     * Without the packet filter, the guard could not fence memcached during the start, so the restart does not begin.
     */
    @Test
    @Order(11)
    void withoutAUsablePacketFilterNothingIsStopped() {
        String before = Services.fingerprint(lab, "lamp01", "memcached");
        lab.onHost("lamp01", "mv /usr/sbin/iptables-restore /root/");
        try {
            restart("--limit", "lamp01")
                    .exits(1)
                    .withoutTraces()
                    .prints("lamp01: failed to restart memcached: ", "its packet filter cannot block PHP");
        } finally {
            lab.onHost("lamp01", "mv /root/iptables-restore /usr/sbin/");
        }
        assertThat(Services.fingerprint(lab, "lamp01", "memcached")).isEqualTo(before);
    }
}
