package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.action.Console;
import sessionctl.action.PlanReview;
import sessionctl.action.Planner;
import sessionctl.action.ProvisionAction;
import sessionctl.action.ProvisionPlanner;
import sessionctl.action.RestartPlanner;
import sessionctl.action.RunLeases;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.PlanInputs;
import sessionctl.plan.SavedPlan;
import sessionctl.report.RunRenderer;
import sessionctl.report.TextStyle;
import sessionctl.report.json.PlanDocument;
import sessionctl.report.json.RunJson;
import sessionctl.report.text.RunText;

/** The third of three droplets is leaving. */
@Timeout(20)
class ShrinkingTest {
    private static final String LAMPS = """
        droplets:
          - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
          - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
        """;
    private static final Cluster CLUSTER = Samples.cluster(
            LAMPS + "  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3, leaving: true}\n");
    private static final String GONE = "lamp03 (203.0.113.3): no answer";
    private static final String REMARK =
            "lamp03 is leaving but could not be reached, so it was not touched. Make sure that it gets no more traffic";
    private static final String RELOAD = "service apache2 action reload";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final RunRenderer text = new RunText(TextStyle.PLAIN);

    /** A command to run on droplets in memory. */
    private interface Action {
        int on(ProvisionAction action);
    }

    private ProvisionPlanner plans() throws IOException {
        return new ProvisionPlanner(CLUSTER, new DesiredStates(CLUSTER, Samples.templates()));
    }

    private int run(Planner plans, FakeShells shells, RunRenderer report, Action action) {
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Console console = new Console(new PrintWriter(out), new PrintWriter(err), report, Progress.SILENT);
            RunLeases lease = new RunLeases("provision", fleet, console, Duration.ZERO);
            return action.on(new ProvisionAction("provision", plans, lease, false, new Remedies("shop.yml")));
        }
    }

    private int provision(FakeShells shells) throws IOException {
        return run(plans(), shells, text, p -> p.run(CLUSTER.droplets()));
    }

    /** Returns the answer of a droplet whose list names the first two or all three servers. */
    private static Answer answer(Droplet droplet, int servers) throws IOException {
        String list = "tcp://10.98.0.1:11211,tcp://10.98.0.2:11211" + (servers == 3 ? ",tcp://10.98.0.3:11211" : "");
        return answer(CLUSTER, droplet, list, servers);
    }

    private static Answer answer(Cluster cluster, Droplet droplet, String list, int servers) throws IOException {
        String own = droplet.privateIp().text();
        Answer answer = Answer.named("debian-12-provisioned")
                .replacing("tcp://10.98.0.1:11211", list)
                .replacing("session_redundancy=2", "session_redundancy=" + (servers + 1))
                .replacing("10.98.0.1/", own + "/")
                .replacing("-l 10.98.0.1", "-l " + own)
                .replacing("-l\n10.98.0.1", "-l\n" + own)
                .with("guard", "open 1795502181 0 sessions");
        return Samples.guarded(answer, cluster, droplet);
    }

    private static Answer withoutMemcached(Droplet droplet) throws IOException {
        return answer(droplet, 3).replacing("ii  memcached 1.6.18-1+deb12u1\n", "");
    }

    /** Opens shells on droplets whose lists become shorter after their web servers have reloaded. */
    private static FakeShells lamps() throws IOException {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare"));
        for (Droplet droplet : CLUSTER.droplets()) {
            shells.answeringFacts(droplet.name(), answer(droplet, 3).result().stdout());
        }
        return shells.watched(afterReload(shells));
    }

    private static Consumer<String> afterReload(FakeShells shells) throws IOException {
        String first = answer(CLUSTER.droplets().get(0), 2).result().stdout();
        String second = answer(CLUSTER.droplets().get(1), 2).result().stdout();
        return entry -> {
            if (entry.endsWith(RELOAD)) {
                String name = entry.substring(0, entry.indexOf(':'));
                shells.answeringFacts(name, name.equals("lamp01") ? first : second);
            }
        };
    }

    private static FakeShells withoutThird() throws IOException {
        return lamps().losing("lamp03: open", GONE);
    }

    @Test
    void anUnreachableLeavingDropletIsRemovedByTheOthers() throws IOException {
        FakeShells shells = withoutThird();
        assertThat(provision(shells)).isZero();
        for (String name : List.of("lamp01", "lamp02")) {
            assertThat(shells.changes(name)).containsExactly("away 10.98.0.3", RELOAD, "back 10.98.0.3");
        }
        assertThat(shells.log).noneMatch(entry -> entry.startsWith("lamp03"));
        assertThat(out.toString()).endsWith("lamp01: done (3 changes)\nlamp02: done (3 changes)\n" + GONE + "\n");
        assertThat(err.toString())
                .startsWith(REMARK + "; then delete it from the inventory.\nDone in ")
                .endsWith(": 6 changes on 2 droplets.\n");
    }

    /** The plan that is made after the package installation does not repeat the block step that ran before it. */
    @Test
    void theLeavingServerIsBlockedOnceAlsoWherePackagesAreMissing() throws IOException {
        FakeShells shells = withoutThird();
        Droplet second = CLUSTER.droplets().get(1);
        String gate = "-A SESSIONCTL-AWAY -d 10.98.0.3/32 -p tcp -m tcp --dport 11211 -j REJECT\n";
        String later = answer(second, 3).with("gate", gate).result().stdout();
        shells.answeringFacts("lamp02", withoutMemcached(second).result().stdout());
        Consumer<String> afterReload = afterReload(shells);
        shells.watched(entry -> {
            afterReload.accept(entry);
            if (entry.equals("lamp02: memcached")) {
                shells.answeringFacts("lamp02", later);
            }
        });
        assertThat(provision(shells)).as("%s", out).isZero();
        assertThat(shells.changes("lamp02")).containsExactly("away 10.98.0.3", "memcached", RELOAD, "back 10.98.0.3");
    }

    /** The next run finds the block in place and continues. */
    @Test
    void afterAFailedInstallationTheBlockStaysUntilTheNextRun() throws IOException {
        FakeShells shells = withoutThird();
        Droplet second = CLUSTER.droplets().get(1);
        shells.answeringFacts("lamp02", withoutMemcached(second).result().stdout());
        shells.answering("lamp02: memcached", 100, "E: no space left");
        assertThat(provision(shells)).isEqualTo(1);
        assertThat(shells.changes("lamp01")).containsExactly("away 10.98.0.3");
        assertThat(shells.changes("lamp02")).containsExactly("away 10.98.0.3", "memcached");
        shells.log.clear();
        String gate = "-A SESSIONCTL-AWAY -d 10.98.0.3/32 -p tcp -m tcp --dport 11211 -j REJECT\n";
        for (Droplet droplet : CLUSTER.staying()) {
            shells.answeringFacts(
                    droplet.name(),
                    answer(droplet, 3).with("gate", gate).result().stdout());
        }
        assertThat(provision(shells)).as("%s", out).isZero();
        assertThat(shells.changes("lamp01")).containsExactly("away 10.98.0.3", RELOAD, "back 10.98.0.3");
    }

    @Test
    void aSecondRunWithoutTheLeavingDropletHasNoChanges() throws IOException {
        FakeShells shells = withoutThird();
        assertThat(provision(shells)).isZero();
        shells.log.clear();
        out.getBuffer().setLength(0);
        assertThat(provision(shells)).isZero();
        assertThat(shells.log).containsOnly("lamp01: facts", "lamp02: facts");
        assertThat(out.toString()).isEqualTo(GONE + "\nNo changes. All others match the inventory.\n");
    }

    @Test
    void aDryRunShowsTheBlockAndTheUnreachableDroplet() throws IOException {
        assertThat(run(plans(), withoutThird(), text, p -> p.dryRun(CLUSTER.droplets(), false)))
                .isZero();
        assertThat(out.toString()).contains("* away: block 10.98.0.3", GONE);
        assertThat(err.toString()).isEqualTo(REMARK + ".\n");
        assertThat(run(plans(), withoutThird(), text, p -> p.dryRun(CLUSTER.droplets(), true)))
                .isEqualTo(2);
    }

    @Test
    void theJsonReportShowsTheLeavingDropletAsUnreachable() throws IOException {
        assertThat(run(plans(), withoutThird(), new RunJson(), p -> p.run(CLUSTER.droplets())))
                .isZero();
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        JsonArray droplets = document.getAsJsonArray("droplets");
        assertThat(document.get("exit_code").getAsInt()).isZero();
        assertThat(droplets.get(2).getAsJsonObject().get("status").getAsString())
                .isEqualTo("unreachable");
    }

    @Test
    void anUnreachableMemberStopsTheRun() throws IOException {
        FakeShells shells = withoutThird().losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(provision(shells)).isEqualTo(4);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(err.toString())
                .isEqualTo("Nothing was changed: all droplets of a cluster change together or not at all.\n");
    }

    @Test
    void aLimitedRunNeedsTheLeavingDroplet() throws IOException {
        Action third = p -> p.run(CLUSTER.droplets().subList(2, 3));
        assertThat(run(plans(), withoutThird(), text, third)).isEqualTo(4);
        Action first = p -> p.run(CLUSTER.droplets().subList(0, 1));
        assertThat(run(plans(), withoutThird(), text, first)).isEqualTo(1);
        assertThat(out.toString()).contains("must change together with those of all droplets; run without --limit");
    }

    /** It becomes reachable between the two probes, so this run holds no lease on it. */
    @Test
    void aLeavingDropletThatBecomesReachableDuringTheRunIsNotChanged() throws IOException {
        FakeShells shells = withoutThird();
        Consumer<String> afterReload = afterReload(shells);
        shells.watched(entry -> {
            afterReload.accept(entry);
            if (entry.endsWith("lock take")) {
                shells.reaching("lamp03: open");
            }
        });
        assertThat(provision(shells)).isZero();
        assertThat(shells.log).noneMatch(entry -> entry.startsWith("lamp03"));
        assertThat(shells.changes("lamp01")).contains("away 10.98.0.3");
    }

    @Test
    void withoutAListOnTheOthersItIsUnknownWhetherTheClusterIsNew() throws IOException {
        FakeShells shells = withoutThird();
        for (Droplet droplet : CLUSTER.staying()) {
            String own = droplet.privateIp() + "/";
            shells.answeringFacts(
                    droplet.name(),
                    Answer.named("debian-12-bare")
                            .replacing("10.98.0.1/", own)
                            .result()
                            .stdout());
        }
        assertThat(provision(shells)).isEqualTo(1);
        assertThat(out.toString()).contains("or delete the lines of those that leave");
    }

    @Test
    void aRestartDoesNotNeedTheLeavingDroplet() throws IOException {
        RestartPlanner planner = new RestartPlanner(CLUSTER, new DesiredStates(CLUSTER, Samples.templates()), false);
        FakeShells shells = withoutThird();
        assertThat(run(planner, shells, text, p -> p.run(CLUSTER.droplets()))).isZero();
        assertThat(shells.changes("lamp01")).containsExactly("service memcached action restart");
    }

    @Test
    void aLeavingServerThatCannotBeBlockedStopsTheRunUnlessTheLossIsAccepted() throws IOException {
        FakeShells shells = lamps();
        Droplet third = CLUSTER.droplets().get(2);
        shells.answeringFacts(
                "lamp03", answer(third, 3).with("init", "other").result().stdout());
        assertThat(provision(shells)).isEqualTo(1);
        assertThat(out.toString())
                .contains("its sessions cannot be kept: 10.98.0.3 is leaving, and PHP here cannot be blocked from it")
                .contains("service memcached stop && update-rc.d memcached disable");
        assertThat(err.toString()).contains("--accept-session-loss");
        assertThat(shells.changes("lamp01")).isEmpty();
    }

    @Test
    void aRejoiningServerNeedsARunOnAllDroplets() throws IOException {
        Cluster stays = Samples.lamps(3);
        FakeShells shells = lamps();
        shells.answeringFacts(
                "lamp01",
                answer(CLUSTER.droplets().get(0), 3)
                        .with("gate", "-A SESSIONCTL-AWAY -d 10.98.0.3/32 -p tcp -j REJECT\n")
                        .result()
                        .stdout());
        Planner plans = new ProvisionPlanner(stays, new DesiredStates(stays, Samples.templates()));
        assertThat(run(plans, shells, text, p -> p.run(stays.droplets().subList(0, 1))))
                .isEqualTo(1);
        assertThat(out.toString()).contains("which rejoins and must be filled in the same run; run without --limit");
    }

    /** It replaces the third droplet, whose address is still in the others' lists; another run changes those. */
    @Test
    void aPreparedReplacementAloneNeedsNoChanges() throws IOException {
        Cluster replaced =
                Samples.cluster(LAMPS + "  - {name: lamp03, public_ip: 203.0.113.4, private_ip: 10.98.0.4}\n");
        Droplet successor = replaced.droplets().get(2);
        FakeShells shells = lamps();
        String list = "tcp://10.98.0.1:11211,tcp://10.98.0.2:11211,tcp://10.98.0.4:11211";
        Answer prepared = answer(replaced, successor, list, 3)
                .with("held", "yes")
                .with("gate", "-A SESSIONCTL-GATE -d 10.98.0.4/32 -j REJECT\n");
        shells.answeringFacts("lamp03", prepared.result().stdout());
        Planner plans = new ProvisionPlanner(replaced, new DesiredStates(replaced, Samples.templates()));
        assertThat(run(plans, shells, text, p -> p.run(List.of(successor))))
                .as("%s", out)
                .isZero();
        assertThat(shells.changes("lamp03")).isEmpty();
    }

    @Test
    void aPlanThatWasSavedWithoutTheLeavingDropletIsAppliedWithoutIt(@TempDir Path folder) throws IOException {
        ProvisionPlanner plans = plans();
        run(plans, withoutThird(), text, p -> p.dryRun(CLUSTER.droplets(), false));
        PlanInputs inputs = PlanInputs.of("sessionctl", "", CLUSTER, Map.of());
        Path file =
                Files.writeString(folder.resolve("plan.json"), PlanDocument.of(new SavedPlan(inputs, plans.parts())));
        PlanOptions options = CommandLine.populateCommand(new PlanOptions(), "--plan", file.toString());
        SavedPlan saved = options.reviewed(() -> inputs, CLUSTER.droplets()).orElseThrow();
        assertThat(saved.names()).containsExactly("lamp01", "lamp02");
        ProvisionPlanner again = plans();
        FakeShells shells = withoutThird();
        int code = run(again, shells, text, p -> {
            Console console = new Console(new PrintWriter(out), new PrintWriter(err), text, Progress.SILENT);
            return p.run(CLUSTER.droplets(), new PlanReview(saved, again, console)::review);
        });
        assertThat(code).isZero();
        assertThat(shells.changes("lamp02")).contains(RELOAD);
    }
}
