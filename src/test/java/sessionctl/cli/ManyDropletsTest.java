package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.action.Console;
import sessionctl.action.ExitCode;
import sessionctl.action.ProvisionAction;
import sessionctl.action.ProvisionPlanner;
import sessionctl.action.RunLeases;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Invocation;
import sessionctl.command.Scripts;
import sessionctl.facts.FactsProbe;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;
import sessionctl.report.json.RunJson;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;

/**
 * Runs on two hundred droplets. One hangs, and the program itself fails at two others; the run must still work on the
 * rest.
 */
@Timeout(120)
class ManyDropletsTest {
    private static final int COUNT = 200;
    private static final int AT_ONCE = 20;

    private static final String HANGS = "web0007";
    private static final String FULL_HEAP = "web0050";
    private static final String FULL_STACK = "web0199";
    private static final Set<String> BAD = Set.of(HANGS, FULL_HEAP, FULL_STACK);

    private final SimulatedCluster simulated;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** The threads that run commands. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /** The droplets that ran a command of the kind that fails, without failure. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    private final CountDownLatch others = new CountDownLatch(COUNT - BAD.size());

    ManyDropletsTest() throws IOException {
        simulated = new SimulatedCluster(SimulatedCluster.inventory(COUNT), "debian-12-bare", false, false);
    }

    private static boolean isFacts(Command command) {
        return command.equals(FactsProbe.command());
    }

    private static boolean isInstallation(Command command) {
        return command.words().contains(Scripts.locking("plan/install.sh"));
    }

    /**
     * Simulates a failure. The hang lasts until all other droplets have run the command; then the command's time limit
     * ends it.
     */
    private void fail(String name) throws SshFailure {
        switch (name) {
            case HANGS -> {
                assertThat(awaited()).isTrue();
                throw new SshFailure(SshFailure.Kind.LOST, name + " (203.0.0.8): did not answer within 1 second");
            }
            case FULL_HEAP -> throw new OutOfMemoryError("Java heap space");
            case FULL_STACK -> throw new StackOverflowError();
            default -> {
                if (asked.add(name)) {
                    others.countDown();
                }
            }
        }
    }

    private boolean awaited() {
        try {
            return others.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Opens shells on the simulated droplets; the bad ones fail at commands of this kind. */
    private Shells failingAt(Predicate<Command> kind) {
        return droplet -> new Shell() {
            @Override
            public CommandResult run(Command command) throws SshFailure {
                threads.add(Thread.currentThread());
                if (kind.test(command)) {
                    fail(droplet.name());
                }
                return isFacts(command) ? answer(droplet, command) : new CommandResult(0, "", "");
            }

            @Override
            public void close() {}
        };
    }

    private CommandResult answer(Droplet droplet, Command command) throws SshFailure {
        try (Shell shell = simulated.open(droplet)) {
            return shell.run(command);
        }
    }

    private int provision(Shells shells, Function<ProvisionAction, Integer> action) {
        try (Fleet fleet = new Fleet(shells, AT_ONCE, Progress.SILENT, new Invocation("inventory.yml"))) {
            Console console = new Console(new PrintWriter(out), new PrintWriter(err), new RunJson(), Progress.SILENT);
            return action.apply(new ProvisionAction(
                    "provision",
                    new ProvisionPlanner(simulated.cluster, simulated.desired),
                    new RunLeases("provision", fleet, console, Duration.ZERO),
                    false,
                    simulated.remedies));
        }
    }

    private Map<String, JsonObject> droplets() {
        JsonObject root = JsonParser.parseString(out.toString()).getAsJsonObject();
        Map<String, JsonObject> droplets = new HashMap<>();
        for (JsonElement one : root.getAsJsonArray("droplets")) {
            droplets.put(one.getAsJsonObject().get("name").getAsString(), one.getAsJsonObject());
        }
        assertThat(droplets).hasSize(COUNT);
        return droplets;
    }

    /** Checks that the bad droplets failed in these ways and that all others have this status. */
    private void assertContained(Map<String, String> bad, String others) {
        droplets().forEach((name, droplet) -> {
            assertThat(droplet.get("status").getAsString()).as(name).isEqualTo(bad.getOrDefault(name, others));
            assertThat(droplet.has("failure")).as(name).isEqualTo(BAD.contains(name));
        });
        assertThat(threads).hasSizeBetween(2, AT_ONCE);
        assertThat(asked).hasSize(COUNT - BAD.size());
        assertThat(out + err.toString()).doesNotContain("\\tat ", "Exception in", "java.lang");
    }

    @Test
    void aPlanIsMadeForAllDropletsThatDoNotFail() {
        assertThat(provision(failingAt(ManyDropletsTest::isFacts), p -> p.dryRun(simulated.cluster.droplets(), true)))
                .isEqualTo(ExitCode.UNREACHED);
        assertContained(Map.of(HANGS, "unreachable", FULL_HEAP, "failed", FULL_STACK, "failed"), "planned");
    }

    @Test
    void aRolloutCompletesItsStageOnAllDropletsThatDoNotFail() {
        assertThat(provision(failingAt(ManyDropletsTest::isInstallation), p -> p.run(simulated.cluster.droplets())))
                .isEqualTo(ExitCode.FAILED);
        assertContained(Map.of(HANGS, "failed", FULL_HEAP, "failed", FULL_STACK, "failed"), "not_reached");
        droplets()
                .forEach((name, droplet) -> assertThat(
                                droplet.get("changes_done").getAsInt())
                        .as(name)
                        .isEqualTo(BAD.contains(name) ? 0 : 1));
    }
}
