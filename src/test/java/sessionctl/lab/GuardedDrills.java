package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillGround.THREE;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Everyday work on Debian 12, also by runs that are killed at every step and run again. */
class GuardedDrills extends EverydayDrills {
    private static final int MOST_STEPS = 40;
    private static final Random RANDOM = new Random(20);

    GuardedDrills() {
        super(DrillGround.shared());
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
        try {
            killedReplacements(third);
        } finally {
            String forgotten = lab.host("lamp05").privateIp();
            lab.provision(inventories.three(), "--forget", forgotten).exits(0);
            Visitors.publish(lab, THREE);
        }
    }

    private void killedReplacements(List<String> third) throws InterruptedException {
        ground.unnoticedThoughOneIsDown(
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
    }

    /** One step of a drill; whether a run of it was killed before it ended by itself. */
    private interface Step {
        boolean isKilled(int step) throws InterruptedException;
    }

    /** Kills the runs when they have said one line, then two, until they end by themselves; each time they are run again. */
    private void killedAtEveryStep(IntFunction<List<String[]>> runs) throws InterruptedException {
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

    private boolean isKilled(int lines, List<String> hosts, String... arguments) throws InterruptedException {
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
