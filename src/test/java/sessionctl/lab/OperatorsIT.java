package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Two operators use one cluster. Their runs never change it at the same time, each run shows the other, and the
 * droplets log both.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperatorsIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String SLOW = "/run/systemd/system/memcached.service.d/slow.conf";
    private static final String LEASE = "/run/sessionctl/lease";

    private static Lab lab;

    @BeforeAll
    static void slowDownMemcached() {
        lab = SharedCluster.inService();
        lab.onHost(
                "lamp01",
                "mkdir -p " + SLOW.replaceAll("/[^/]*$", "") + "; printf '[Service]\nExecStartPre=/bin/sleep 6\n' >"
                        + SLOW + "; systemctl daemon-reload");
    }

    @AfterAll
    static void restoreCluster() {
        lab.onHost("lamp01", "rm -f " + SLOW + "; systemctl daemon-reload");
        lab.provision(SharedCluster.inventory()).exits(0);
    }

    /** Starts a run of another operator; SUDO_USER names that operator. */
    private static Program start(String who, String... words) {
        String[] all = Stream.of(
                        List.of(words[0], SharedCluster.inventory().toString()),
                        List.of(words).subList(1, words.length))
                .flatMap(List::stream)
                .toArray(String[]::new);
        return lab.start(Map.of("SUDO_USER", who), "", all);
    }

    /** Starts a restart and waits until it has begun on the first droplet, where it takes some seconds. */
    private static Program restarting(String who) throws InterruptedException {
        Program run = start(who, "restart");
        long end = System.nanoTime() + LIMIT.toNanos();
        while (lab.tryOnHost(
                                "lamp01",
                                "test -e " + LEASE
                                        + " && systemctl -q is-failed memcached || systemctl show -P SubState memcached | grep -q start-pre")
                        .exit()
                != 0) {
            assertThat(System.nanoTime())
                    .as("the restart begins: %s", run.stderr())
                    .isLessThan(end);
            Thread.sleep(50);
        }
        return run;
    }

    private static JsonArray history(int runs) {
        Result summary = lab.run(
                "status",
                SharedCluster.inventory().toString(),
                "--history",
                Integer.toString(runs),
                "--output",
                "json");
        return JsonParser.parseString(summary.exits(0).out()).getAsJsonObject().getAsJsonArray("history");
    }

    private static String summary(JsonObject run) {
        StringBuilder summary = new StringBuilder(run.get("command").getAsString());
        run.getAsJsonArray("droplets").forEach(d -> {
            JsonObject one = d.getAsJsonObject();
            summary.append(", " + one.get("name").getAsString() + " "
                    + one.get("outcome").getAsString());
        });
        return summary.toString();
    }

    private static List<String> summary(int runs) {
        return history(runs).asList().stream()
                .map(r -> summary(r.getAsJsonObject()))
                .toList();
    }

    @Test
    @Order(1)
    void aSecondRunIsRefusedWithTheNameOfTheFirstOperator() throws InterruptedException {
        Program alices = restarting("alice");
        List<String> before =
                lab.onHosts(SharedCluster.NAMES.subList(1, 3), "cat " + LEASE + " /etc/php/*/apache2/php.ini");
        start("bob", "restart")
                .await(LIMIT)
                .exits(7)
                .withoutTraces()
                .complains("lamp01 is held by alice@", " (from ", " UTC: restart; nothing was changed, wait for it");
        start("bob", "firewall", "--remove").await(LIMIT).exits(7).complains("lamp01 is held by alice@");
        assertThat(lab.onHosts(SharedCluster.NAMES.subList(1, 3), "cat " + LEASE + " /etc/php/*/apache2/php.ini"))
                .isEqualTo(before);
        start("bob", "provision", "--limit", "lamp03").await(LIMIT).exits(0).prints("No changes.");
        alices.await(LIMIT).exits(0);
        lab.onHosts(SharedCluster.NAMES, "! test -e " + LEASE);
        assertThat(summary(1)).containsExactly("restart, lamp01 done, lamp02 done, lamp03 done");
    }

    @Test
    @Order(2)
    void aSecondRunWithALockTimeoutWaitsForTheFirst() throws InterruptedException {
        Program alices = restarting("alice");
        Result bobs = start("bob", "restart", "--web", "--lock-timeout", "60").await(LIMIT);
        assertThat(alices.runs()).isFalse();
        alices.await(LIMIT).exits(0);
        bobs.exits(0).complains("Waiting up to 60 s: lamp01 is held by alice@").prints("lamp03: done (1 change)");
        assertThat(summary(2))
                .containsExactly(
                        "restart, lamp01 done, lamp02 done, lamp03 done",
                        "restart --web, lamp01 done, lamp02 done, lamp03 done");
    }

    @Test
    @Order(3)
    void theLeaseOfAKilledRunIsTakenOverAtOnceAndTheRunIsLoggedAsLost() throws InterruptedException {
        Program alices = restarting("alice");
        alices.kill();
        alices.await(LIMIT);
        start("bob", "restart", "--web", "--lock-timeout", "10")
                .await(LIMIT)
                .exits(0)
                .complains(
                        "lamp01, lamp02, lamp03: taken over from alice@",
                        "whose restart of ",
                        " ended without a message.");
        assertThat(summary(2))
                .containsExactly(
                        "restart, lamp01 lost, lamp02 lost, lamp03 lost",
                        "restart --web, lamp01 done, lamp02 done, lamp03 done");
    }

    @Test
    @Order(4)
    void aRunWithoutAHeartbeatForThirtySecondsLosesItsLeaseAndStops() throws InterruptedException {
        Program alices = restarting("alice");
        // The connections of a stopped process stay open without traffic.
        alices.signal("STOP");
        start("bob", "restart", "--web").await(LIMIT).exits(7).complains("held by alice@");
        start("bob", "restart", "--web", "--lock-timeout", "60")
                .await(LIMIT)
                .exits(0)
                .complains("Waiting up to 60 s", "taken over from alice@");
        String untouched = Services.fingerprint(lab, "lamp02", "memcached");
        alices.signal("CONT");
        alices.await(LIMIT)
                .exits(1)
                .withoutTraces()
                .prints("lamp02: failed to restart memcached: it got no heartbeat from this run for 30 s");
        assertThat(Services.fingerprint(lab, "lamp02", "memcached")).isEqualTo(untouched);
    }

    @Test
    @Order(5)
    void runsWithChangesAreLoggedAndDryRunsAreNot() {
        String inventory = SharedCluster.inventory().toString();
        lab.run("firewall", inventory, "--remove").exits(0);
        int before = history(100).size();
        lab.run("firewall", inventory).exits(0);
        lab.run("firewall", inventory).exits(0).prints("No changes.");
        lab.run("firewall", inventory, "--dry-run").exits(0);
        lab.run("restart", inventory, "--web", "--dry-run").exits(0);
        for (int lifetime : List.of(1500, 1440)) {
            String more = "sessions: {lifetime: " + lifetime + "}\n";
            lab.provision(lab.inventoryWith(more, "lamp01", "lamp02", "lamp03")).exits(0);
        }
        lab.provision(SharedCluster.inventory()).exits(0).prints("No changes.");
        lab.run("firewall", inventory, "--remove").exits(0);
        assertThat(summary(history(100).size() - before))
                .containsExactly(
                        "firewall, lamp01 done, lamp02 done, lamp03 done",
                        "provision, lamp01 done, lamp02 done, lamp03 done",
                        "provision, lamp01 done, lamp02 done, lamp03 done",
                        "firewall --remove, lamp01 done, lamp02 done, lamp03 done");
        assertThat(lab.onHosts(SharedCluster.NAMES, "stat -c '%a %U:%G' /var/log/sessionctl.log"))
                .containsOnly("640 root:adm\n");
    }

    @Test
    @Order(6)
    void theHistoryIsShownAlsoIfADropletHasNoLogOrIsUnreachable() {
        Result summary = lab.run("status", lab.inventory().toString(), "--history", "3");
        summary.exits(0).prints(" UTC  firewall --remove by ", "(from ", "  done on lamp01, lamp02, lamp03: 3 changes");
        assertThat(summary.out().lines()).hasSize(6).allMatch(line -> line.length() <= 80);
        lab.script("stop", "lamp04");
        try {
            lab.run("status", lab.inventory().toString(), "--history", "1", "--connect-timeout", "2")
                    .exits(4)
                    .complains("lamp04 (10.99.0.4): ")
                    .prints("  done on lamp01, lamp02, lamp03: 3 changes");
        } finally {
            lab.script("start", "lamp04");
        }
    }
}
