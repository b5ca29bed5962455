package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.fleet.Rollout;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.report.RunRenderer;
import sessionctl.report.TextStyle;
import sessionctl.report.json.RunJson;
import sessionctl.report.text.RunText;
import sessionctl.state.Installation;

/** Plans and runs of uninstall on droplets in memory. */
@Timeout(20)
class UninstallRunTest {
    private static final String INI = "/etc/php/8.2/apache2/php.ini";
    private static final String CONF = "/etc/memcached.conf";
    private static final String RULES = """
            *filter
            :INPUT ACCEPT [0:0]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :SESSIONCTL - [0:0]
            -A INPUT -j SESSIONCTL
            -A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP
            COMMIT
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private RunRenderer report = new RunText(TextStyle.PLAIN);
    private boolean acceptsLoss;

    /** A run of the command on all droplets. */
    private interface Run {
        int of(ProvisionAction action, Cluster cluster);
    }

    private static final Run DRY = (action, cluster) -> action.dryRun(cluster.droplets(), false);
    private static final Run REAL = (action, cluster) -> action.run(cluster.droplets());

    private int uninstall(Cluster cluster, boolean restore, FakeShells shells, Run run) {
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            fleet.inspectInstallations();
            Console console = new Console(new PrintWriter(out), new PrintWriter(err), report, Progress.SILENT);
            ProvisionAction.Options options =
                    new ProvisionAction.Options(acceptsLoss, new Rollout.RuleSafety(30, OptionalInt.empty()), false);
            return run.of(
                    new ProvisionAction(
                            "uninstall",
                            new UninstallPlanner(cluster, restore),
                            new RunLeases("uninstall", fleet, console, Duration.ZERO),
                            options,
                            new Remedies("shop.yml")),
                    cluster);
        }
    }

    private static Answer provisioned() throws IOException {
        return Answer.named("debian-12-provisioned")
                .withoutRules()
                .with("guard-parts", "/usr/local/lib/sessionctl\n")
                .with("state-parts", "/var/lib/sessionctl\nchain SESSIONCTL-GATE\n");
    }

    private static Answer withOriginals() throws IOException {
        Answer answer = provisioned();
        String ini = answer.text("file 644 root:root " + INI);
        String conf = answer.text("file 644 root:root " + CONF);
        assertThat(List.of(ini, conf)).noneMatch(String::isEmpty);
        return answer.with(
                        "file 644 root:root " + Installation.ORIGINALS + INI,
                        ini.replaceAll("(?m)^session.save_handler = memcache$", "session.save_handler = files"))
                .with(
                        "file 644 root:root " + Installation.ORIGINALS + CONF,
                        conf.replaceAll("(?m)^-l .*$", "-l 127.0.0.1"));
    }

    private static Answer clean() throws IOException {
        return provisioned().with("guard-parts", "").with("state-parts", "");
    }

    private static FakeShells on(Answer answer) {
        return new FakeShells(answer);
    }

    private static Cluster one() {
        return Samples.lamps(1);
    }

    @Test
    void thePlanKeepsTheSessionsAndTheServicesRun() throws IOException {
        assertThat(uninstall(one(), false, on(withOriginals()), DRY)).isZero();
        assertThat(out.toString())
                .contains(
                        "  ! memcached keeps its sessions now, but without the guard every later restart of it loses"
                                + " them\n",
                        "  * guard: remove the guard of memcached, which runs on\n    -/usr/local/lib/sessionctl\n",
                        "  * state: remove sessionctl's state and the stored originals\n    -/var/lib/sessionctl\n",
                        "Impact:\n  No session is lost.\n",
                        "Plan: 2 changes on 1 droplet. Dry run: nothing was changed.")
                .doesNotContain("restart memcached", "reload");
    }

    @Test
    void thePlanWarnsThatThePortIsOpenAfterwards() throws IOException {
        Answer answer = provisioned().with("v4", RULES).with("kept", "4 :SESSIONCTL - [0:0]\n");
        assertThat(uninstall(one(), false, on(answer), DRY)).isZero();
        assertThat(out.toString())
                .contains(
                        "  * firewall: remove the firewall chains\n",
                        "  No session is lost.\n",
                        "  Afterwards every host can connect to memcached that reaches lamp01.\n");
    }

    @Test
    void aRunRemovesTheGuardFirstAndTheStateLastAndNothingElse() throws IOException {
        FakeShells shells = on(provisioned());
        shells.watched(entry -> {
            if (entry.equals("lamp01: state")) {
                shells.answeringFacts("lamp01", answerOf(UninstallRunTest::clean));
            }
        });
        assertThat(uninstall(one(), false, shells, REAL)).isZero();
        assertThat(shells.changes("lamp01")).containsExactly("guard open", "state");
        assertThat(out.toString()).contains("lamp01: done (2 changes)\n");
        assertThat(shells.log).contains("lamp01: lock release done 2");
    }

    /** Returns the bytes of an answer. */
    private static String answerOf(Source source) {
        try {
            return source.get().result().stdout();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes an answer. */
    private interface Source {
        Answer get() throws IOException;
    }

    @Test
    void aPartThatIsStillThereAfterTheRunIsAFailure() throws IOException {
        assertThat(uninstall(one(), false, on(provisioned()), REAL)).isEqualTo(1);
        assertThat(out.toString()).contains("it is still needed after the run");
    }

    @Test
    void aSecondRunHasNoChanges() throws IOException {
        for (boolean restore : List.of(false, true)) {
            out.getBuffer().setLength(0);
            FakeShells shells = on(clean().replacing("memcache.session_redundancy", "; ")
                    .replacing("session.save_handler = memcache", "session.save_handler = files")
                    .replacing("-l 10.98.0.1", "-l 127.0.0.1"));
            assertThat(uninstall(one(), restore, shells, REAL)).isZero();
            assertThat(out.toString()).isEqualTo("No changes. Nothing of sessionctl is left to remove.\n");
            assertThat(shells.log).containsExactly("lamp01: facts");
        }
    }

    @Test
    void aRunThatWasKilledAfterItsFirstStepGoesOnWithTheRest() throws IOException {
        assertThat(uninstall(one(), false, on(provisioned().with("guard-parts", "")), DRY))
                .isZero();
        assertThat(out.toString()).contains("Plan: 1 change on 1 droplet.").doesNotContain("* guard");
    }

    @Test
    void aRestorationIsRefusedUntilTheLossOfSessionsIsAccepted() throws IOException {
        FakeShells shells = on(withOriginals());
        assertThat(uninstall(one(), true, shells, REAL)).isEqualTo(1);
        assertThat(out.toString()).contains("-session.save_handler = memcache\n", "Sessions are lost on lamp01.\n");
        assertThat(err.toString()).contains("Nothing was changed: this plan loses sessions", "--accept-session-loss");
        assertThat(shells.log).containsExactly("lamp01: facts");
    }

    @Test
    void allWebServersAreRestoredBeforeTheFirstMemcached() throws IOException {
        acceptsLoss = true;
        Cluster two = Samples.lamps(2);
        FakeShells shells = on(withOriginals());
        shells.watched(entry -> {
            if (entry.endsWith(": state")) {
                shells.answeringFacts(entry.substring(0, 6), answerOf(UninstallRunTest::clean));
            }
        });
        assertThat(uninstall(two, true, shells, REAL)).isZero();
        assertThat(shells.log)
                .filteredOn(
                        entry -> entry.contains("service") || entry.contains(": guard") || entry.contains(": state"))
                .map(entry -> entry.replaceAll("lamp0.: (service )?", "").replace(" action", ""))
                .containsExactly(
                        "apache2 reload",
                        "apache2 reload",
                        "guard any",
                        "guard any",
                        "memcached restart",
                        "memcached restart",
                        "state",
                        "state");
    }

    @Test
    void aMemcachedThatReturnsToLoopbackIsNotReportedAsOpen() throws IOException {
        Answer answer = withOriginals().with("v4", RULES).with("kept", "4 :SESSIONCTL - [0:0]\n");
        report = new RunJson();
        assertThat(uninstall(one(), true, on(answer), DRY)).isZero();
        JsonObject root = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(root.getAsJsonObject("impact").toString())
                .contains("\"memcached_local_on\":[\"lamp01\"]", "\"memcached_opened_on\":[]");
        assertThat(root.toString()).contains("\"kind\":\"uninstall\",\"removed\":[\"/usr/local/lib/sessionctl\"]");
    }

    @Test
    void aMemcachedWithoutAnOriginalThatListensForOthersIsReported() throws IOException {
        assertThat(uninstall(one(), true, on(provisioned()), DRY)).isZero();
        assertThat(out.toString()).contains("lamp01: " + CONF + " has no original");
        out.getBuffer().setLength(0);
        Answer local = provisioned().replacing("-l 10.98.0.1", "-l 127.0.0.1");
        assertThat(uninstall(one(), true, on(local), DRY)).isZero();
        assertThat(out.toString()).doesNotContain(CONF);
    }

    @Test
    void aFileWithoutAnOriginalStaysAndIsReported() throws IOException {
        assertThat(uninstall(one(), true, on(provisioned()), DRY)).isZero();
        assertThat(out.toString())
                .contains("lamp01: " + INI + " has no original in /var/lib/sessionctl/original, so it keeps the"
                        + " settings of sessionctl; edit it by hand\n")
                .doesNotContain("* web");
    }

    @Test
    void aClosedPortIsRefusedUnlessSessionsMayBeLost() throws IOException {
        Answer fenced = provisioned().with("gate", "-N SESSIONCTL-GATE\n-A SESSIONCTL-GATE -p tcp -j REJECT\n");
        assertThat(uninstall(one(), false, on(fenced), REAL)).isEqualTo(1);
        assertThat(out.toString())
                .contains("lamp01: its guard keeps the port of memcached closed", "run first: sessionctl provision");
        out.getBuffer().setLength(0);
        assertThat(uninstall(one(), true, on(fenced), DRY)).isZero();
        assertThat(out.toString()).contains("* guard: remove the guard of memcached\n");
    }

    @Test
    void aDropletThatBlocksLeavingServersIsRefused() throws IOException {
        assertThat(uninstall(one(), false, on(provisioned().with("away", "10.98.0.9\n")), REAL))
                .isEqualTo(1);
        assertThat(out.toString()).contains("lamp01: it blocks servers that leave the cluster");
    }

    @Test
    void nothingIsChangedIfOneDropletCannotBeReached() throws IOException {
        FakeShells shells = on(provisioned()).losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(uninstall(Samples.lamps(2), false, shells, REAL)).isEqualTo(4);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(err.toString()).contains("Nothing was changed");
    }

    @Test
    void aGuardThatClosedThePortInTheMeantimeStops() throws IOException {
        FakeShells shells = on(provisioned()).answering("lamp01: guard open", 16, "");
        assertThat(uninstall(one(), false, shells, REAL)).isEqualTo(1);
        assertThat(shells.changes("lamp01")).containsExactly("guard open");
        assertThat(out.toString())
                .contains("its guard keeps the port of memcached closed", "run first: sessionctl provision")
                .contains("0 changes done, not done: guard, state\n");
    }
}
