package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillGround.FOUR;
import static sessionctl.lab.DrillGround.THREE;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The drills of {@link UnguardedDrills} again, by sessionctl: nobody is logged out, and nobody notices. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuardedDrills {
    private static final int MOST_STEPS = 40;
    private static final Random RANDOM = new Random(20);

    private static DrillGround ground;
    private static Lab lab;
    private static Inventories inventories;

    @BeforeAll
    static void boot() {
        ground = DrillGround.shared().guarded();
        ground.begin();
        lab = ground.lab();
        inventories = new Inventories(lab);
    }

    @AfterAll
    static void takeAway() {
        DrillTable.print();
    }

    private static void restartAll() {
        lab.run("restart", inventories.three().toString()).exits(0);
    }

    @Test
    @Order(1)
    void adoption() throws InterruptedException {
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
        ground.unnoticed("reboot of one", THREE, visitors -> ground.reboot(visitors, "lamp03"));
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
    @Order(10)
    void restartThatIsKilledAtEveryStep() throws InterruptedException {
        String[] restart = {"restart", inventories.three().toString()};
        ground.unnoticed(
                "restart killed at every step, then run again",
                THREE,
                visitors -> killedAtEveryStep(step -> List.<String[]>of(restart)));
    }

    @Test
    @Order(11)
    void provisionThatIsKilledAtEveryStep() throws InterruptedException {
        ground.unnoticed(
                "another memory size, killed at every step, then run again",
                THREE,
                visitors -> killedAtEveryStep(step -> List.<String[]>of(new String[] {
                    "provision",
                    inventories
                            .three("memcached: {memory: " + (100 + step) + "}\n")
                            .toString()
                })));
        lab.provision(inventories.three()).exits(0);
    }

    @Test
    @Order(12)
    void growthAndShrinkageThatAreKilledAtEveryStep() throws InterruptedException {
        String[] grow = {"provision", inventories.four().toString()};
        String[] shrink = {"provision", inventories.fourthLeaves().toString()};
        ground.unnoticed(
                "three to four and back, killed at every step, then run again",
                THREE,
                visitors -> killedAtEveryStep(step -> List.of(grow, shrink)));
    }

    @Test
    @Order(13)
    void adoptionThatIsKilledAtEveryStep() throws InterruptedException {
        ground.unnoticed(
                "adoption killed at every step, then run again",
                THREE,
                visitors -> atEveryStep(step -> {
                    ground.forget();
                    Path inventory = inventories.three("memcached: {memory: " + (100 + step) + "}\n");
                    return isKilled(step, THREE, "provision", inventory.toString());
                }));
        lab.provision(inventories.three()).exits(0);
    }

    @Test
    @Order(14)
    void replacementThatIsKilledAtEveryStep() throws InterruptedException {
        List<String> third = new ArrayList<>(List.of("lamp03", "lamp05"));
        ground.unnoticed(
                "replacement killed at every step, then run again",
                THREE,
                visitors -> atEveryStep(step -> {
                    visitors.leave(third.get(0));
                    lab.script("kill", third.get(0));
                    String provision = inventories.thirdIs(third.get(1)).toString();
                    boolean killed = isKilled(step, List.of("lamp01", "lamp02", third.get(1)), "provision", provision);
                    Visitors.publish(lab, third.subList(1, 2));
                    visitors.come(third.get(1));
                    lab.script("reset", third.get(0));
                    Collections.reverse(third);
                    return killed;
                }));
        lab.provision(inventories.three()).exits(0);
        Visitors.publish(lab, THREE);
    }

    @Test
    @Order(15)
    void replacement() throws InterruptedException {
        ground.unnoticed("replace a dead one", THREE, visitors -> {
            visitors.leave("lamp03");
            lab.script("kill", "lamp03");
            lab.provision(inventories.thirdIs("lamp05")).exits(0);
            visitors.come("lamp05");
        });
    }

    /** One step of a drill; whether a run of it was killed before it ended by itself. */
    private interface Step {
        boolean isKilled(int step) throws InterruptedException;
    }

    /** Kills the runs when they have said one line, then two, until they end by themselves; each time they are run again. */
    private static void killedAtEveryStep(IntFunction<List<String[]>> runs) throws InterruptedException {
        atEveryStep(step -> {
            boolean killed = false;
            for (String[] arguments : runs.apply(step)) {
                killed |= isKilled(step, lab.names(), arguments);
            }
            return killed;
        });
    }

    private static void atEveryStep(Step drill) throws InterruptedException {
        int step = 1;
        while (drill.isKilled(step)) {
            step++;
            assertThat(step).as("steps").isLessThanOrEqualTo(MOST_STEPS);
        }
    }

    private static boolean isKilled(int lines, List<String> hosts, String... arguments) throws InterruptedException {
        Program run = lab.start(Map.of(), "", arguments);
        while (run.runs() && run.said().lines().count() < lines) {
            Thread.sleep(10);
        }
        Thread.sleep(RANDOM.nextInt(200));
        boolean killed = run.runs();
        run.kill();
        lab.onHosts(hosts, "flock -w 60 /run/sessionctl.lock true");
        // sshd may not know yet that nobody is there any more.
        lab.run(Stream.concat(Stream.of(arguments), Stream.of("--lock-timeout", "60"))
                        .toArray(String[]::new))
                .exits(0);
        return killed;
    }
}
