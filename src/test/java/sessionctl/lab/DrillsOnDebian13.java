package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillGround.THREE;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The mended module of Debian 13 asks the other servers for what the first does not hold. What nobody asks for between
 * two restarts it loses all the same.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DrillsOnDebian13 {
    private static DrillGround ground;
    private static DrillGround guarded;
    private static Path inventory;

    @BeforeAll
    static void boot() {
        ground = DrillGround.up("debian:13");
        guarded = ground.guarded();
        inventory = new Inventories(ground.lab()).three();
    }

    @AfterAll
    static void takeAway() {
        DrillTable.print();
        ground.lab().close();
    }

    @Test
    @Order(1)
    void oneCrashLosesNothing() throws InterruptedException {
        Visitors.Losses losses = ground.drill("kill -9 on one", THREE, visitors -> ground.crash("lamp01"));
        assertThat(losses.lost()).as("%s", losses).isZero();
    }

    @Test
    @Order(2)
    void restartOfAllLosesTheIdle() throws InterruptedException {
        Visitors.Losses losses = ground.drill("restart of all three", THREE, visitors -> {
            THREE.forEach(ground::restart);
        });
        assertThat(losses.lost()).as("%s", losses).isGreaterThanOrEqualTo(300);
    }

    @Test
    @Order(3)
    void reinstallationOfAllLosesTheIdle() throws InterruptedException {
        Visitors.Losses losses = ground.drill("apt-get install --reinstall on each", THREE, visitors -> {
            THREE.forEach(ground::reinstall);
        });
        assertThat(losses.lost()).as("%s", losses).isGreaterThanOrEqualTo(300);
    }

    @Test
    @Order(4)
    void adoptionLosesNothing() throws InterruptedException {
        guarded.begin();
        guarded.unnoticed(
                "adopting a cluster made by hand",
                THREE,
                visitors -> ground.lab().provision(inventory).exits(0));
    }

    @Test
    @Order(5)
    void restartUnderGuardLosesNothing() throws InterruptedException {
        guarded.unnoticed(
                "restart of all three",
                THREE,
                visitors -> ground.lab().run("restart", inventory.toString()).exits(0));
    }

    @Test
    @Order(6)
    void crashesUnderGuardLoseNothing() throws InterruptedException {
        guarded.unnoticed("kill -9 on one, then the next", THREE, visitors -> {
            ground.crash("lamp01");
            ground.crash("lamp02");
        });
    }

    @Test
    @Order(7)
    void reinstallationUnderGuardLosesNothing() throws InterruptedException {
        guarded.unnoticed("apt-get install --reinstall on each", THREE, visitors -> THREE.forEach(ground::reinstall));
    }
}
