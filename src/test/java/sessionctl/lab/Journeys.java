package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.lab.DrillCluster.FOUR;
import static sessionctl.lab.DrillCluster.THREE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The journeys of a cluster: what an administrator types, how long that takes, what it costs visitors, and how often a
 * host outside the cluster got an answer from a memcached. Each test begins where the one before it has ended.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class Journeys {
    private final StringBuilder table =
            new StringBuilder("| journey | commands | seconds | lost | stale | failed | requests"
                    + " | slowest | answers to another host |\n|---|---|--:|--:|--:|--:|--:|--:|--:|\n");
    private final DrillCluster cluster = DrillCluster.shared().guarded();
    private final Lab lab = cluster.lab();
    private Path inventory = Path.of("");

    /** The fourth and the fifth droplet are new machines; the three others were set up by hand. */
    @BeforeAll
    void writeInventory() {
        List.of("lamp04", "lamp05").forEach(host -> lab.script("reset", host));
        Visitors.publish(lab, List.of("lamp04", "lamp05"));
        inventory = new Inventories(lab).three();
    }

    @AfterAll
    void printTable() throws IOException {
        System.out.println(table);
        Files.writeString(Path.of("target", "drills.md"), table);
    }

    /** Work on the cluster; it returns the seconds that an administrator waits. */
    private interface Journey {
        void run(Visitors visitors) throws InterruptedException;
    }

    private String[] addressesOf(String host) {
        return new String[] {lab.host(host).publicIp(), lab.host(host).privateIp()};
    }

    private Result type(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add(inventory.toString());
        return lab.run(all.toArray(String[]::new)).exits(0);
    }

    private void travel(String name, String commands, List<String> serving, Journey journey)
            throws InterruptedException {
        Outsider outsider = new Outsider(lab, lab.names());
        long[] nanos = new long[1];
        Visitors.Losses losses = cluster.drill(name, serving, visitors -> {
            long begin = System.nanoTime();
            journey.run(visitors);
            nanos[0] = System.nanoTime() - begin;
        });
        List<String> asked = outsider.stop();
        int answers = asked.stream()
                .mapToInt(line -> Integer.parseInt(line.replaceAll(".* (\\d+) answers", "$1")))
                .sum();
        int tries = asked.stream()
                .mapToInt(line -> Integer.parseInt(line.replaceAll(".* (\\d+) tries.*", "$1")))
                .sum();
        table.append("| %s | `%s` | %.1f | %d of %d | %d | %d | %d, %.0f a second | %d ms | %d of %d |%n"
                .formatted(
                        name,
                        commands,
                        nanos[0] / 1e9,
                        losses.lost(),
                        losses.sessions(),
                        losses.stale(),
                        losses.failed(),
                        losses.requests(),
                        losses.rate(),
                        losses.slowest(),
                        answers,
                        tries));
        assertThat(List.of(losses.lost(), losses.stale(), losses.failed()))
                .as("lost, stale, failed of %s", losses)
                .containsExactly(0, 0, 0);
        assertThat(asked).as("answers to another host").allMatch(line -> line.endsWith(" 0 answers"));
    }

    /** Before the first run every host reaches the three memcacheds, so the other host asks from its end on. */
    @Test
    @Order(1)
    void adoption() throws InterruptedException {
        type("provision");
        travel("nothing, after a cluster made by hand was adopted", "", THREE, visitors -> {});
    }

    @Test
    @Order(2)
    void growth() throws InterruptedException {
        String[] fourth = addressesOf("lamp04");
        travel("grow", "sessionctl add lamp04 PUBLIC PRIVATE", THREE, visitors -> {
            type("add", "lamp04", fourth[0], fourth[1]);
            visitors.bringIn("lamp04");
        });
    }

    @Test
    @Order(3)
    void shrinking() throws InterruptedException {
        travel("shrink", "sessionctl remove lamp04", FOUR, visitors -> {
            visitors.takeOut("lamp04");
            type("remove", "lamp04");
        });
    }

    @Test
    @Order(4)
    void returning() throws InterruptedException {
        String[] fourth = addressesOf("lamp04");
        travel("return after its line was deleted", "sessionctl add lamp04 PUBLIC PRIVATE", THREE, visitors -> {
            type("add", "lamp04", fourth[0], fourth[1]);
            visitors.bringIn("lamp04");
        });
    }

    @Test
    @Order(5)
    void death() throws InterruptedException {
        travel("remove a dead droplet", "sessionctl remove lamp04 --dead", FOUR, visitors -> {
            visitors.takeOut("lamp04");
            lab.script("kill", "lamp04");
            type("remove", "--dead", "lamp04");
        });
        lab.script("reset", "lamp04");
    }

    @Test
    @Order(6)
    void halfARun() throws InterruptedException, IOException {
        Files.writeString(inventory, Files.readString(inventory) + "memcached: {memory: 96}\n");
        travel("run killed half-way, then run again", "sessionctl provision", THREE, visitors -> {
            Program run = lab.start(Map.of(), "", "provision", inventory.toString());
            while (run.runs() && !run.stderr().contains("restart memcached")) {
                Thread.sleep(10);
            }
            run.kill();
            type("provision", "--lock-timeout", "60");
        });
    }

    @Test
    @Order(7)
    void replacement() throws InterruptedException {
        String[] fifth = addressesOf("lamp05");
        travel("replace a dead droplet", "sessionctl replace lamp03 PUBLIC PRIVATE", THREE, visitors -> {
            visitors.takeOut("lamp03");
            lab.script("kill", "lamp03");
            type("replace", "lamp03", fifth[0], fifth[1]);
            visitors.bringIn("lamp05");
        });
    }

    @Test
    @Order(8)
    void reboot() throws InterruptedException {
        travel("reboot of one droplet", "none", DrillCluster.REPLACED, visitors -> cluster.reboot(visitors, "lamp01"));
    }
}
