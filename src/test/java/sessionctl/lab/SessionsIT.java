package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillCluster.FOUR;
import static sessionctl.lab.DrillCluster.THREE;

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
    void aJoiningDropletLosesNoSession() throws InterruptedException {
        assertNoSessionIsLost("growth", THREE, visitors -> {
            lab.provision(inventories.four()).exits(0);
            visitors.bringIn("lamp04");
        });
    }

    @Test
    @Order(6)
    void aLeavingDropletLosesNoSession() throws InterruptedException {
        assertNoSessionIsLost("shrinkage", FOUR, visitors -> {
            visitors.takeOut("lamp04");
            lab.provision(inventories.fourthLeaves()).exits(0);
        });
    }

    @Test
    @Order(7)
    void theReplacementOfADeadDropletLosesNoSession() throws InterruptedException {
        assertNoSessionIsLost("replacement", THREE, visitors -> {
            visitors.takeOut("lamp03");
            lab.script("kill", "lamp03");
            lab.provision(inventories.thirdIs("lamp05")).exits(0);
            visitors.bringIn("lamp05");
        });
    }
}
