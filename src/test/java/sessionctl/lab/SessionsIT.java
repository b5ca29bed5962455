package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillCluster.FOUR;
import static sessionctl.lab.DrillCluster.THREE;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * No session is lost while a thousand visitors send requests: a shorter set of the drills, for each build. {@code
 * src/bench/drills} runs all of them, also without a guard.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SessionsIT {
    private static DrillCluster cluster;
    private static Lab lab;
    private static Inventories inventories;

    @BeforeAll
    static void bootDroplets() {
        cluster = DrillCluster.up("debian:12");
        lab = cluster.lab();
        inventories = new Inventories(lab);
    }

    @AfterAll
    static void removeLab() {
        lab.close();
    }

    private static void assertNoSessionIsLost(String name, List<String> hosts, DrillCluster.Drill drill)
            throws InterruptedException {
        Visitors.Losses losses = cluster.drill(name, hosts, drill);
        assertThat(List.of(losses.lost(), losses.failed()))
                .as("lost sessions and failed requests of %s", losses)
                .containsExactly(0, 0);
        assertThat(losses.stale() + losses.ahead())
                .as("stale reads of %s", losses)
                .isLessThanOrEqualTo(1);
        assertThat(losses.requests()).isGreaterThan(1500);
    }

    @Test
    @Order(1)
    void theAdoptionOfAClusterMadeByHandLosesNoSession() throws InterruptedException {
        assertNoSessionIsLost(
                "adoption",
                THREE,
                visitors -> lab.provision(inventories.three()).exits(0));
    }

    @Test
    @Order(2)
    void aRestartOfAllServersInTurnLosesNoSession() throws InterruptedException {
        assertNoSessionIsLost(
                "restart",
                THREE,
                visitors -> lab.run("restart", inventories.three().toString())
                        .exits(0)
                        .prints("lamp03: done (1 change)"));
    }

    @Test
    @Order(3)
    void crashesOfTwoServersInTurnLoseNoSession() throws InterruptedException {
        assertNoSessionIsLost("crash", THREE, visitors -> {
            cluster.crash("lamp01");
            cluster.crash("lamp02");
        });
    }

    @Test
    @Order(4)
    void restartsOfAllServersAtOnceLoseNoSession() throws InterruptedException {
        assertNoSessionIsLost("together", THREE, visitors -> lab.onHosts(THREE, "systemctl restart memcached"));
    }

    @Test
    @Order(5)
    void aMemcachedThatHangsLosesNoSession() throws InterruptedException {
        assertNoSessionIsLost("hang", THREE, visitors -> {
            String process = "$(systemctl show -P MainPID memcached)";
            lab.onHost("lamp01", "kill -STOP " + process);
            DrillCluster.pause(Duration.ofSeconds(5));
            assertThat(sentinel("lamp02")).contains("\"silent\":[{\"address\":\"10.98.0.1\"");
            lab.onHost("lamp01", "kill -CONT " + process);
            awaitResync("lamp01");
        });
    }

    @Test
    @Order(6)
    void aMemcachedThatEndsWhileItsDropletIsCutOffLosesNoSession() throws InterruptedException {
        String port = "prv" + (THREE.indexOf("lamp02") + 1);
        assertNoSessionIsLost("cut off", THREE, visitors -> {
            visitors.takeOut("lamp02");
            cut(port, "-A");
            try {
                DrillCluster.pause(Duration.ofSeconds(1));
                cluster.crash("lamp02");
                assertThat(sentinel("lamp02")).contains("\"state\":\"alone\"");
            } finally {
                cut(port, "-D");
            }
            awaitResync("lamp02");
            visitors.bringIn("lamp02");
        });
    }

    /** Drops all packets at this port of the lab's switch, or ends that. */
    private static void cut(String port, String order) {
        for (String way : List.of("-i", "-o")) {
            lab.exec("ebtables", order, "FORWARD", way, port, "-j", "DROP").exits(0);
        }
    }

    private static String sentinel(String host) {
        return lab.onHost(host, "perl /usr/local/lib/sessionctl/guard status");
    }

    /** Waits until a memcached is filled again and no other droplet blocks it. */
    private static void awaitResync(String host) {
        for (int i = 0; i < 60; i++) {
            boolean open = sentinel(host).contains("\"state\":\"open\"");
            if (open && THREE.stream().allMatch(each -> sentinel(each).contains("\"silent\":[]"))) {
                return;
            }
            DrillCluster.pause(Duration.ofMillis(500));
        }
        throw new AssertionError(sentinel(host));
    }

    @Test
    @Order(7)
    void aJoiningDropletLosesNoSession() throws InterruptedException {
        assertNoSessionIsLost("growth", THREE, visitors -> {
            lab.provision(inventories.four()).exits(0);
            visitors.bringIn("lamp04");
        });
    }

    @Test
    @Order(8)
    void aLeavingDropletLosesNoSession() throws InterruptedException {
        assertNoSessionIsLost("shrinkage", FOUR, visitors -> {
            visitors.takeOut("lamp04");
            lab.provision(inventories.fourthLeaves()).exits(0);
        });
    }

    @Test
    @Order(9)
    void theReplacementOfADeadDropletLosesNoSession() throws InterruptedException {
        assertNoSessionIsLost("replacement", THREE, visitors -> {
            visitors.takeOut("lamp03");
            lab.script("kill", "lamp03");
            lab.provision(inventories.thirdIs("lamp05")).exits(0);
            visitors.bringIn("lamp05");
        });
    }
}
