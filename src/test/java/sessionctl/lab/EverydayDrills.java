package sessionctl.lab;

import static sessionctl.lab.DrillCluster.FOUR;
import static sessionctl.lab.DrillCluster.THREE;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Everyday work with sessionctl, on a cluster that was set up by hand or by sessionctl. No session is lost and no
 * request fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class EverydayDrills {
    /** The order of the last drill; subclasses put theirs before it. */
    static final int LAST = 100;

    final DrillCluster cluster;
    final Lab lab;
    final Inventories inventories;

    EverydayDrills(DrillCluster cluster) {
        this.cluster = cluster.guarded();
        lab = cluster.lab();
        inventories = new Inventories(lab);
    }

    @AfterAll
    void printTable() {
        DrillTable.print();
    }

    private void restartAll() {
        lab.run("restart", inventories.three().toString()).exits(0);
    }

    @Test
    @Order(1)
    void adoptionOfAClusterMadeByHandLosesNothing() throws InterruptedException {
        cluster.restoreThree();
        cluster.drillWithoutLosses(
                "adopting a cluster made by hand",
                THREE,
                visitors -> lab.provision(inventories.three()).exits(0));
        lab.provision(inventories.three(), "--dry-run", "--detailed-exitcode").exits(0);
    }

    @Test
    @Order(2)
    void trafficWithoutADrillLosesNothing() throws InterruptedException {
        cluster.drillWithoutLosses("nothing", THREE, visitors -> {});
    }

    @Test
    @Order(3)
    void restartsOfAllLoseNothing() throws InterruptedException {
        cluster.drillWithoutLosses("restart of all three, and again", THREE, visitors -> {
            restartAll();
            restartAll();
        });
    }

    @Test
    @Order(4)
    void anotherMemorySizeLosesNothing() throws InterruptedException {
        Path more = inventories.three("memcached: {memory: 96}\n");
        cluster.drillWithoutLosses(
                "another memory size", THREE, visitors -> lab.provision(more).exits(0));
        lab.provision(inventories.three()).exits(0);
    }

    @Test
    @Order(5)
    void crashesOfTwoServersInTurnLoseNothing() throws InterruptedException {
        cluster.drillWithoutLosses("kill -9 on one, then the next", THREE, visitors -> {
            cluster.crash("lamp01");
            cluster.crash("lamp02");
        });
    }

    @Test
    @Order(6)
    void reinstallationOnAllLosesNothing() throws InterruptedException {
        cluster.drillWithoutLosses(
                "apt-get install --reinstall on each", THREE, visitors -> THREE.forEach(cluster::reinstall));
    }

    @Test
    @Order(7)
    void aRebootOfOneDropletLosesNothing() throws InterruptedException {
        cluster.drillWithoutLossesWhileOneIsDown(
                "reboot of one", THREE, visitors -> cluster.reboot(visitors, "lamp03"));
    }

    @Test
    @Order(8)
    void aJoiningDropletLosesNothing() throws InterruptedException {
        cluster.drillWithoutLosses("three to four", THREE, visitors -> {
            lab.provision(inventories.four()).exits(0);
            visitors.bringIn("lamp04");
        });
    }

    @Test
    @Order(9)
    void aLeavingDropletLosesNothing() throws InterruptedException {
        cluster.drillWithoutLosses("four to three", FOUR, visitors -> {
            visitors.takeOut("lamp04");
            lab.provision(inventories.fourthLeaves()).exits(0);
        });
    }

    @Test
    @Order(LAST)
    void theReplacementOfADeadDropletLosesNothing() throws InterruptedException {
        cluster.drillWithoutLossesWhileOneIsDown("replace a dead one", THREE, visitors -> {
            visitors.takeOut("lamp03");
            lab.script("kill", "lamp03");
            lab.provision(inventories.thirdIs("lamp05")).exits(0);
            Visitors.publish(lab, List.of("lamp05"));
            visitors.bringIn("lamp05");
        });
    }
}
