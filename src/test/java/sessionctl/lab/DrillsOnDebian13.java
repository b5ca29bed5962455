package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillGround.THREE;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The mended module of Debian 13 asks the other servers for what the first does not hold. What nobody asks for between
 * two restarts it loses all the same. By hand first, then under guard.
 */
class DrillsOnDebian13 extends EverydayDrills {
    /** As it was made; what is measured on {@link #ground} is the guard's. */
    private final DrillGround byHand;

    DrillsOnDebian13() {
        super(DrillGround.up("debian:13"));
        byHand = ground.byHand();
    }

    @AfterAll
    void takeAway() {
        lab.close();
    }

    @Test
    @Order(-3)
    void oneCrashByHandLosesNothing() throws InterruptedException {
        Visitors.Losses losses = byHand.drill("kill -9 on one", THREE, visitors -> byHand.crash("lamp01"));
        assertThat(losses.lost()).as("%s", losses).isZero();
    }

    @Test
    @Order(-2)
    void restartOfAllByHandLosesTheIdle() throws InterruptedException {
        Visitors.Losses losses = byHand.drill("restart of all three, and again", THREE, visitors -> {
            THREE.forEach(byHand::restart);
            THREE.forEach(byHand::restart);
        });
        assertThat(losses.lost()).as("%s", losses).isGreaterThanOrEqualTo(300);
    }

    @Test
    @Order(-1)
    void reinstallationOfAllByHandLosesTheIdle() throws InterruptedException {
        Visitors.Losses losses = byHand.drill("apt-get install --reinstall on each", THREE, visitors -> {
            THREE.forEach(byHand::reinstall);
        });
        assertThat(losses.lost()).as("%s", losses).isGreaterThanOrEqualTo(300);
    }
}
