package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillCluster.FOUR;
import static sessionctl.lab.DrillCluster.REPLACED;
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
 * The losses of a cluster made by hand during everyday work, with the module of Debian 12, which starts a new session
 * if a server lacks the old one. A drill that loses nothing here would not prove the use of the guard.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UnguardedDrills {
    private static DrillCluster cluster;

    @BeforeAll
    static void bootDroplets() {
        cluster = DrillCluster.shared();
    }

    @AfterAll
    static void printTable() {
        DrillTable.print();
    }

    private static void assertLoses(Visitors.Losses losses) {
        assertThat(losses.lost()).as("lost sessions of %s", losses).isPositive();
    }

    @Test
    @Order(1)
    void trafficWithoutADrillLosesNothing() throws InterruptedException {
        Visitors.Losses losses = cluster.drill("nothing", THREE, visitors -> {});
        assertThat(losses.lost() + losses.stale() + losses.ahead() + losses.failed())
                .as("%s", losses)
                .isZero();
    }

    @Test
    @Order(2)
    void restartsOfAllLoseSessions() throws InterruptedException {
        assertLoses(cluster.drill("restart of all three, and again", THREE, visitors -> {
            THREE.forEach(cluster::restart);
            THREE.forEach(cluster::restart);
        }));
    }

    @Test
    @Order(3)
    void anotherMemorySizeLosesSessions() throws InterruptedException {
        assertLoses(cluster.drill("another memory size", THREE, visitors -> THREE.forEach(h -> cluster.memory(h, 96))));
    }

    @Test
    @Order(3)
    void newMemcachedFlagsLoseSessions() throws InterruptedException {
        assertLoses(cluster.drill("adopting a cluster made by hand", THREE, visitors -> THREE.forEach(cluster::flags)));
    }

    @Test
    @Order(4)
    void crashesOfTwoServersInTurnLoseSessions() throws InterruptedException {
        assertLoses(cluster.drill("kill -9 on one, then the next", THREE, visitors -> {
            cluster.crash("lamp01");
            cluster.crash("lamp02");
        }));
    }

    @Test
    @Order(5)
    void reinstallationOnAllLosesSessions() throws InterruptedException {
        assertLoses(cluster.drill("apt-get install --reinstall on each", THREE, visitors -> {
            THREE.forEach(cluster::reinstall);
        }));
    }

    @Test
    @Order(6)
    void aRebootOfOneDropletLosesSessions() throws InterruptedException {
        assertLoses(cluster.drill("reboot of one", THREE, visitors -> cluster.reboot(visitors, "lamp03")));
    }

    @Test
    @Order(7)
    void anInterruptedJoinLosesSessions() throws InterruptedException {
        assertLoses(cluster.drill("three to four, interrupted, and back", THREE, visitors -> {
            cluster.list(FOUR, List.of("lamp01"));
            DrillCluster.pause(Duration.ofSeconds(3));
            cluster.list(FOUR, List.of("lamp01", "lamp02"));
            DrillCluster.pause(Duration.ofSeconds(3));
            cluster.list(THREE, THREE);
        }));
    }

    @Test
    @Order(8)
    void aJoiningDropletLosesSessions() throws InterruptedException {
        cluster.restart("lamp04");
        assertLoses(cluster.drill("three to four", THREE, visitors -> {
            cluster.list(FOUR, FOUR);
            visitors.bringIn("lamp04");
        }));
    }

    @Test
    @Order(9)
    void aLeavingDropletIsMeasured() throws InterruptedException {
        cluster.drill("four to three", FOUR, visitors -> {
            visitors.takeOut("lamp04");
            cluster.list(THREE, THREE);
            cluster.lab().onHost("lamp04", "systemctl stop memcached");
        });
    }

    @Test
    @Order(10)
    void theReplacementOfADeadDropletLosesSessions() throws InterruptedException {
        assertLoses(cluster.drill("replace a dead one", THREE, visitors -> {
            visitors.takeOut("lamp03");
            cluster.lab().script("kill", "lamp03");
            cluster.list(REPLACED, REPLACED);
            visitors.bringIn("lamp05");
        }));
    }
}
