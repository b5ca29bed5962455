package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillCluster.THREE;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The fixed memcache module of Debian 13 asks the other servers if the first one lacks a session. A session that is not
 * requested between two restarts is lost all the same. Runs the drills by hand first, then with the guard.
 */
class DrillsOnDebian13 extends EverydayDrills {
    /** The droplets without the guard; {@link #cluster} records its losses as guarded. */
    private final DrillCluster byHand;

    DrillsOnDebian13() {
        super(DrillCluster.up("debian:13"));
        byHand = cluster.byHand();
    }

    @AfterAll
    void removeLab() {
        lab.close();
    }

    @Test
    @Order(-3)
    void aCrashWithoutAGuardLosesNothing() throws InterruptedException {
        Visitors.Losses losses = byHand.drill("kill -9 on one", THREE, visitors -> byHand.crash("lamp01"));
        assertThat(losses.lost()).as("%s", losses).isZero();
    }

    @Test
    @Order(-2)
    void restartsOfAllWithoutAGuardLoseIdleSessions() throws InterruptedException {
        Visitors.Losses losses = byHand.drill("restart of all three, and again", THREE, visitors -> {
            THREE.forEach(byHand::restart);
            THREE.forEach(byHand::restart);
        });
        assertThat(losses.lost()).as("%s", losses).isGreaterThanOrEqualTo(300);
    }

    @Test
    @Order(-1)
    void reinstallationOnAllWithoutAGuardLosesIdleSessions() throws InterruptedException {
        Visitors.Losses losses = byHand.drill("apt-get install --reinstall on each", THREE, visitors -> {
            THREE.forEach(byHand::reinstall);
        });
        assertThat(losses.lost()).as("%s", losses).isGreaterThanOrEqualTo(300);
    }
}
