package sessionctl.lab;

import static sessionctl.lab.DrillGround.FOUR;
import static sessionctl.lab.DrillGround.THREE;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Everyday work by sessionctl on a cluster that was made by hand, or by itself: nobody is logged out, and nobody notices. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class EverydayDrills {
    /** Drills of others stand between these and the last. */
    static final int LAST = 100;

    final DrillGround ground;
    final Lab lab;
    final Inventories inventories;

    EverydayDrills(DrillGround ground) {
        this.ground = ground.guarded();
        lab = ground.lab();
        inventories = new Inventories(lab);
    }

    @AfterAll
    void show() {
        DrillTable.print();
    }

    private void restartAll() {
        lab.run("restart", inventories.three().toString()).exits(0);
    }

    @Test
    @Order(1)
    void adoption() throws InterruptedException {
        ground.begin();
        ground.unnoticed(
                "adopting a cluster made by hand",
                THREE,
                visitors -> lab.provision(inventories.three()).exits(0));
        lab.provision(inventories.three(), "--dry-run", "--detailed-exitcode").exits(0);
    }

    @Test
    @Order(2)
    void nothing() throws InterruptedException {
        ground.unnoticed("nothing", THREE, visitors -> {});
    }

    @Test
    @Order(3)
    void restart() throws InterruptedException {
        ground.unnoticed("restart of all three, and again", THREE, visitors -> {
            restartAll();
            restartAll();
        });
    }

    @Test
    @Order(4)
    void memory() throws InterruptedException {
        Path more = inventories.three("memcached: {memory: 96}\n");
        ground.unnoticed(
                "another memory size", THREE, visitors -> lab.provision(more).exits(0));
        lab.provision(inventories.three()).exits(0);
    }

    @Test
    @Order(5)
    void crash() throws InterruptedException {
        ground.unnoticed("kill -9 on one, then the next", THREE, visitors -> {
            ground.crash("lamp01");
            ground.crash("lamp02");
        });
    }

    @Test
    @Order(6)
    void reinstall() throws InterruptedException {
        ground.unnoticed("apt-get install --reinstall on each", THREE, visitors -> THREE.forEach(ground::reinstall));
    }

    @Test
    @Order(7)
    void reboot() throws InterruptedException {
        ground.unnoticedThoughOneIsDown("reboot of one", THREE, visitors -> ground.reboot(visitors, "lamp03"));
    }

    @Test
    @Order(8)
    void growth() throws InterruptedException {
        ground.unnoticed("three to four", THREE, visitors -> {
            lab.provision(inventories.four()).exits(0);
            visitors.come("lamp04");
        });
    }

    @Test
    @Order(9)
    void shrinkage() throws InterruptedException {
        ground.unnoticed("four to three", FOUR, visitors -> {
            visitors.leave("lamp04");
            lab.provision(inventories.fourthLeaves()).exits(0);
        });
    }

    @Test
    @Order(LAST)
    void replacement() throws InterruptedException {
        ground.unnoticedThoughOneIsDown("replace a dead one", THREE, visitors -> {
            visitors.leave("lamp03");
            lab.script("kill", "lamp03");
            lab.provision(inventories.thirdIs("lamp05")).exits(0);
            Visitors.publish(lab, List.of("lamp05"));
            visitors.come("lamp05");
        });
    }
}
