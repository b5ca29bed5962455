package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillGround.THREE;

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

    @BeforeAll
    static void boot() {
        ground = DrillGround.up("debian:13");
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
}
