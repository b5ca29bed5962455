package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillGround.FOUR;
import static sessionctl.lab.DrillGround.REPLACED;
import static sessionctl.lab.DrillGround.THREE;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What a cluster made by hand loses in everyday work, with the module of Debian 12, which takes a session that a server
 * does not hold for a new one. A drill that loses nothing here would prove nothing about a guard.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UnguardedDrills {
    private static DrillGround ground;

    @BeforeAll
    static void boot() {
        ground = DrillGround.shared();
    }

    @AfterAll
    static void takeAway() {
        DrillTable.print();
    }

    private static void assertLoses(Visitors.Losses losses) {
        assertThat(losses.lost()).as("lost sessions of %s", losses).isPositive();
    }

    @Test
    @Order(1)
    void whereNothingIsDoneNothingIsLost() throws InterruptedException {
        Visitors.Losses losses = ground.drill("nothing", THREE, visitors -> {});
        assertThat(losses.lost() + losses.stale() + losses.ahead() + losses.failed())
                .as("%s", losses)
                .isZero();
    }

    @Test
    @Order(2)
    void restart() throws InterruptedException {
        assertLoses(ground.drill("restart of all three, and again", THREE, visitors -> {
            THREE.forEach(ground::restart);
            THREE.forEach(ground::restart);
        }));
    }

    @Test
    @Order(3)
    void memory() throws InterruptedException {
        assertLoses(ground.drill("another memory size", THREE, visitors -> THREE.forEach(h -> ground.memory(h, 96))));
    }

    @Test
    @Order(3)
    void adoption() throws InterruptedException {
        assertLoses(ground.drill("adopting a cluster made by hand", THREE, visitors -> THREE.forEach(ground::flags)));
    }

    @Test
    @Order(4)
    void crash() throws InterruptedException {
        assertLoses(ground.drill("kill -9 on one, then the next", THREE, visitors -> {
            ground.crash("lamp01");
            ground.crash("lamp02");
        }));
    }

    @Test
    @Order(5)
    void reinstall() throws InterruptedException {
        assertLoses(ground.drill("apt-get install --reinstall on each", THREE, visitors -> {
            THREE.forEach(ground::reinstall);
        }));
    }

    @Test
    @Order(6)
    void reboot() throws InterruptedException {
        assertLoses(ground.drill("reboot of one", THREE, visitors -> ground.reboot(visitors, "lamp03")));
    }

    @Test
    @Order(7)
    void interruptedGrowth() throws InterruptedException {
        assertLoses(ground.drill("three to four, interrupted, and back", THREE, visitors -> {
            ground.list(FOUR, List.of("lamp01"));
            DrillGround.pause(Duration.ofSeconds(3));
            ground.list(FOUR, List.of("lamp01", "lamp02"));
            DrillGround.pause(Duration.ofSeconds(3));
            ground.list(THREE, THREE);
        }));
    }

    @Test
    @Order(8)
    void growth() throws InterruptedException {
        ground.restart("lamp04");
        assertLoses(ground.drill("three to four", THREE, visitors -> {
            ground.list(FOUR, FOUR);
            visitors.come("lamp04");
        }));
    }

    @Test
    @Order(9)
    void shrinkage() throws InterruptedException {
        ground.drill("four to three", FOUR, visitors -> {
            visitors.leave("lamp04");
            ground.list(THREE, THREE);
            ground.lab().onHost("lamp04", "systemctl stop memcached");
        });
    }

    @Test
    @Order(10)
    void replacement() throws InterruptedException {
        assertLoses(ground.drill("replace a dead one", THREE, visitors -> {
            visitors.leave("lamp03");
            ground.lab().script("kill", "lamp03");
            ground.list(REPLACED, REPLACED);
            visitors.come("lamp05");
        }));
    }
}
