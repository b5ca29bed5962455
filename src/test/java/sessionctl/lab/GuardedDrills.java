package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillCluster.THREE;

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

/** Everyday work on Debian 12, also with runs that are killed at each step and then run again. */
class GuardedDrills extends EverydayDrills {
    private static final int MOST_STEPS = 40;
    private static final Random RANDOM = new Random(20);

    GuardedDrills() {
        super(DrillCluster.shared());
    }

    @Test
    @Order(10)
    void restartsThatAreKilledAtEveryStepLoseNothing() throws InterruptedException {
        String[] restart = {"restart", inventories.three().toString()};
        cluster.drillWithoutLosses(
                "restart killed at every step, then run again",
                THREE,
                visitors -> killAtEveryStep(step -> List.<String[]>of(restart)));
    }

    @Test
    @Order(11)
    void provisioningThatIsKilledAtEveryStepLosesNothing() throws InterruptedException {
        cluster.drillWithoutLosses(
                "another memory size, killed at every step, then run again",
                THREE,
                visitors -> killAtEveryStep(step -> List.<String[]>of(new String[] {
                    "provision",
                    inventories
                            .three("memcached: {memory: " + (100 + step) + "}\n")
                            .toString()
                })));
        lab.provision(inventories.three()).exits(0);
    }

    @Test
    @Order(12)
    void joiningAndLeavingThatAreKilledAtEveryStepLoseNothing() throws InterruptedException {
        String[] grow = {"provision", inventories.four().toString()};
        String[] shrink = {"provision", inventories.fourthLeaves().toString()};
        cluster.drillWithoutLosses(
                "three to four and back, killed at every step, then run again",
                THREE,
                visitors -> killAtEveryStep(step -> List.of(grow, shrink)));
    }

    @Test
    @Order(13)
    void adoptionThatIsKilledAtEveryStepLosesNothing() throws InterruptedException {
        cluster.drillWithoutLosses(
                "adoption killed at every step, then run again",
                THREE,
                visitors -> atEveryStep(step -> {
                    cluster.removeSessionctl();
                    Path inventory = inventories.three("memcached: {memory: " + (100 + step) + "}\n");
                    return killAfter(step, THREE, "provision", inventory.toString());
                }));
        lab.provision(inventories.three()).exits(0);
    }

    @Test
    @Order(14)
    void replacementThatIsKilledAtEveryStepLosesNothing() throws InterruptedException {
        List<String> third = new ArrayList<>(List.of("lamp03", "lamp05"));
        try {
            killReplacementsAtEveryStep(third);
        } finally {
            String forgotten = lab.host("lamp05").privateIp();
            lab.provision(inventories.three(), "--forget", forgotten).exits(0);
            Visitors.publish(lab, THREE);
        }
    }

    private void killReplacementsAtEveryStep(List<String> third) throws InterruptedException {
        cluster.drillWithoutLossesWhileOneIsDown(
                "replacement killed at every step, then run again",
                THREE,
                visitors -> atEveryStep(step -> {
                    visitors.takeOut(third.get(0));
                    lab.script("kill", third.get(0));
                    String provision = inventories.thirdIs(third.get(1)).toString();
                    boolean killed = killAfter(step, List.of("lamp01", "lamp02", third.get(1)), "provision", provision);
                    Visitors.publish(lab, third.subList(1, 2));
                    visitors.bringIn(third.get(1));
                    lab.script("reset", third.get(0));
                    Collections.reverse(third);
                    return killed;
                }));
    }

    /** One step of a drill. It returns true if a run was killed before its end. */
    private interface Step {
        boolean killAfter(int step) throws InterruptedException;
    }

    /**
     * Kills the runs after one line of output, then after two, until they end by themselves. Each killed run is run
     * again.
     */
    private void killAtEveryStep(IntFunction<List<String[]>> runs) throws InterruptedException {
        atEveryStep(step -> {
            boolean killed = false;
            for (String[] arguments : runs.apply(step)) {
                killed |= killAfter(step, lab.names(), arguments);
            }
            return killed;
        });
    }

    private static void atEveryStep(Step drill) throws InterruptedException {
        int step = 1;
        while (drill.killAfter(step)) {
            step++;
            assertThat(step).as("steps").isLessThanOrEqualTo(MOST_STEPS);
        }
    }

    private boolean killAfter(int lines, List<String> hosts, String... arguments) throws InterruptedException {
        Program run = lab.start(Map.of(), "", arguments);
        while (run.runs() && run.stderr().lines().count() < lines) {
            Thread.sleep(10);
        }
        Thread.sleep(RANDOM.nextInt(200));
        boolean killed = run.runs();
        run.kill();
        lab.onHosts(hosts, "flock -w 60 /run/sessionctl.lock true");
        // sshd may not have noticed yet that the connection is gone.
        lab.run(Stream.concat(Stream.of(arguments), Stream.of("--lock-timeout", "60"))
                        .toArray(String[]::new))
                .exits(0);
        return killed;
    }
}
