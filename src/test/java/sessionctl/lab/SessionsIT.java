package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillGround.FOUR;
import static sessionctl.lab.DrillGround.THREE;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * With a thousand visitors coming the whole time, nobody is logged out: the shorter half of the drills, for every build.
 * {@code src/bench/drills} runs all of them, and the same without a guard.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SessionsIT {
    private static DrillGround ground;
    private static Lab lab;
    private static Inventories inventories;

    @BeforeAll
    static void boot() {
        ground = DrillGround.up("debian:12");
        lab = ground.lab();
        inventories = new Inventories(lab);
    }

    @AfterAll
    static void takeAway() {
        lab.close();
    }

    private static void assertNobodyIsLoggedOut(String name, List<String> hosts, DrillGround.Drill drill)
            throws InterruptedException {
        Visitors.Losses losses = ground.drill(name, hosts, drill);
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
    void byTheAdoptionOfAClusterMadeByHand() throws InterruptedException {
        assertNobodyIsLoggedOut(
                "adoption",
                THREE,
                visitors -> lab.provision(inventories.three()).exits(0));
    }

    @Test
    @Order(2)
    void byARestartOfAll() throws InterruptedException {
        assertNobodyIsLoggedOut(
                "restart",
                THREE,
                visitors -> lab.run("restart", inventories.three().toString())
                        .exits(0)
                        .prints("lamp03: done (1 change)"));
    }

    @Test
    @Order(3)
    void byACrashOfOneServerAndThenTheNext() throws InterruptedException {
        assertNobodyIsLoggedOut("crash", THREE, visitors -> {
            ground.crash("lamp01");
            ground.crash("lamp02");
        });
    }

    @Test
    @Order(4)
    void byRestartsOfAllAtTheSameMoment() throws InterruptedException {
        assertNobodyIsLoggedOut("together", THREE, visitors -> lab.onHosts(THREE, "systemctl restart memcached"));
    }

    @Test
    @Order(5)
    void byAFourthDroplet() throws InterruptedException {
        assertNobodyIsLoggedOut("growth", THREE, visitors -> {
            lab.provision(inventories.four()).exits(0);
            visitors.come("lamp04");
        });
    }

    @Test
    @Order(6)
    void byADropletThatLeaves() throws InterruptedException {
        assertNobodyIsLoggedOut("shrinkage", FOUR, visitors -> {
            visitors.leave("lamp04");
            lab.provision(inventories.fourthLeaves()).exits(0);
        });
    }

    @Test
    @Order(7)
    void byTheReplacementOfADeadDroplet() throws InterruptedException {
        assertNobodyIsLoggedOut("replacement", THREE, visitors -> {
            visitors.leave("lamp03");
            lab.script("kill", "lamp03");
            lab.provision(inventories.thirdIs("lamp05")).exits(0);
            visitors.come("lamp05");
        });
    }
}
