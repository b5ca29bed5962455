package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.command.Invocation;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.report.RunRenderer;
import sessionctl.report.TextStyle;
import sessionctl.report.json.RunJson;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.text.RunText;

@Timeout(20)
class ProvisionActionTest {
    private static final String RESTART = "service memcached action restart";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final RunRenderer text = new RunText(TextStyle.PLAIN);

    /** A command to run on droplets in memory. */
    private interface Action {
        int on(ProvisionAction action);
    }

    private int provision(Cluster cluster, FakeShells shells, RunRenderer report, Action command) throws IOException {
        return provision(cluster, shells, report, Duration.ZERO, command);
    }

    private int provision(Cluster cluster, FakeShells shells, RunRenderer report, Duration patience, Action command)
            throws IOException {
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Console console = new Console(new PrintWriter(out), new PrintWriter(err), report, Progress.SILENT);
            return command.on(new ProvisionAction(
                    "provision",
                    new ProvisionPlanner(cluster, new DesiredStates(cluster, Samples.templates())),
                    new RunLeases("provision", fleet, console, patience),
                    false,
                    new Remedies("shop.yml")));
        }
    }

    private static FakeShells inSync() throws IOException {
        return new FakeShells(guarded("debian-12-provisioned"));
    }

    private static FakeShells memcachedDiffers() throws IOException {
        return new FakeShells(guarded("debian-12-memcached-runs-with-other-flags"));
    }

    private static Answer guarded(String facts) throws IOException {
        return Samples.guarded(Answer.named(facts), one(), Samples.lamp01());
    }

    private static Cluster one() {
        return Samples.lamps(1);
    }

    @Test
    void aDryRunReadsTheFactsAndChangesNothing() throws IOException {
        FakeShells shells = memcachedDiffers();
        assertThat(provision(one(), shells, text, p -> p.dryRun(one().droplets(), false)))
                .isZero();
        assertThat(shells.log).containsExactly("lamp01: facts");
        assertThat(out.toString()).contains("restart memcached").endsWith("Dry run: nothing was changed.\n");
    }

    @Test
    void aDryRunWithChangesExitsWithTwoIfExitCodesAreDetailed() throws IOException {
        assertThat(provision(one(), memcachedDiffers(), text, p -> p.dryRun(one().droplets(), true)))
                .isEqualTo(2);
        assertThat(provision(one(), inSync(), text, p -> p.dryRun(one().droplets(), true)))
                .isZero();
    }

    @Test
    void aRunWithoutChangesPrintsOneLine() throws IOException {
        FakeShells shells = inSync();
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isZero();
        assertThat(shells.log).containsExactly("lamp01: facts");
        assertThat(out.toString()).isEqualTo("No changes. The droplet matches the inventory.\n");
    }

    /** It is in no list of servers yet, so no page waits for it. */
    @Test
    void aNewDropletThatIsDownCostsNothing() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = memcachedDiffers().losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(provision(cluster, shells, text, p -> p.run(cluster.droplets())))
                .isEqualTo(4);
        assertThat(out.toString()).contains("lamp02 (203.0.113.2): no answer\n").doesNotContain("leaving: true");
    }

    @Test
    void aRefusalShowsTheCostOfADropletThatIsDown() throws IOException {
        Cluster cluster = Samples.lamps(2);
        for (Action command :
                List.<Action>of(p -> p.run(cluster.droplets()), p -> p.dryRun(cluster.droplets(), false))) {
            out.getBuffer().setLength(0);
            FakeShells shells = new FakeShells(Answer.named("debian-12-provisioned")
                            .replacing("tcp://10.98.0.1:11211", "tcp://10.98.0.1:11211,tcp://10.98.0.2:11211"))
                    .losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
            assertThat(provision(cluster, shells, text, command)).isEqualTo(4);
            assertThat(out.toString())
                    .contains("lamp02: if it is down, every page on the other droplets waits up to 1 s for it. If it"
                            + " does not come back, remove or replace it; run: sessionctl remove lamp02 shop.yml"
                            + " --dead\n");
        }
    }

    @Test
    void theRemedyOfARefusedRestartNamesTheInventory() throws IOException {
        Answer unguarded = Answer.named("debian-12-provisioned");
        try (Fleet fleet = new Fleet(new FakeShells(unguarded), 3, Progress.SILENT, new Invocation("my shop.yml"))) {
            Console console = new Console(new PrintWriter(out), new PrintWriter(err), text, Progress.SILENT);
            ProvisionAction restart = new ProvisionAction(
                    "restart",
                    new RestartPlanner(one(), new DesiredStates(one(), Samples.templates()), false),
                    new RunLeases("restart", fleet, console, Duration.ZERO),
                    false,
                    new Remedies("my shop.yml"));
            assertThat(restart.run(one().droplets())).isEqualTo(1);
        }
        assertThat(out.toString()).contains("run first: sessionctl provision 'my shop.yml'\n");
    }

    private static final String OVERRIDE =
            "lamp01: /etc/apache2/conf-enabled/zz.conf:1 sets session.save_handler, which"
                    + " overrides the inventory's; run: ssh root@203.0.113.1 'sed -i";

    private static Answer overridden(String facts) throws IOException {
        return guarded(facts).with("settings", "/etc/apache2/conf-enabled/zz.conf:1\tsession.save_handler\tfiles\n");
    }

    @Test
    void aRunWithAnOverrideDoesNotReportThatTheDropletMatches() throws IOException {
        Map<Integer, Action> commands =
                Map.of(3, p -> p.run(one().droplets()), 0, p -> p.dryRun(one().droplets(), true));
        for (Map.Entry<Integer, Action> command : commands.entrySet()) {
            out.getBuffer().setLength(0);
            FakeShells shells = new FakeShells(overridden("debian-12-provisioned"));
            assertThat(provision(one(), shells, text, command.getValue())).isEqualTo(command.getKey());
            assertThat(out.toString())
                    .startsWith(OVERRIDE)
                    .endsWith("No changes. sessionctl's own files match the inventory, but see the findings above.\n")
                    .doesNotContain("nothing to do", "as the inventory says");
            assertThat(shells.log).containsExactly("lamp01: facts");
        }
    }

    private static Cluster withoutFirewall() {
        return Samples.cluster("""
            firewall: {mode: none}
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
            """);
    }

    private String planWithoutFirewall(Answer facts) throws IOException {
        out.getBuffer().setLength(0);
        Cluster cluster = withoutFirewall();
        assertThat(provision(cluster, new FakeShells(facts), text, p -> p.dryRun(cluster.droplets(), false)))
                .isZero();
        assertThat(out.toString()).doesNotContain("SESSIONCTL");
        return out.toString();
    }

    private FakeShells joiningWithoutRules() throws IOException {
        return new FakeShells(
                        guarded("debian-12-provisioned").withoutRules().with("guard", "open 1795502181 0 sessions"))
                .answeringFacts(
                        "lamp02",
                        Answer.named("debian-12-bare")
                                .withoutRules()
                                .replacing("10.98.0.1", "10.98.0.2")
                                .result()
                                .stdout());
    }

    @Test
    void aDropletThatOtherRulesKeepFromItsPeersIsRefusedBeforeAnyChange() throws IOException {
        Cluster cluster = Samples.cluster("""
            firewall: {mode: none}
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
              - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
            """);
        String probe = "lamp02: 2 10.98.0.1:11211";
        for (String answer : List.of("silent", "refused")) {
            FakeShells shells = joiningWithoutRules().printing(probe, 0, "10.98.0.1:11211 " + answer + "\n");
            assertThat(provision(cluster, shells, text, p -> p.run(cluster.droplets())))
                    .as("%s", shells.log)
                    .isEqualTo(1);
            assertThat(out.toString())
                    .contains("lamp02: it does not reach memcached on lamp01 (10.98.0.1: " + answer
                            + ") and could not be filled; open that port");
            assertThat(shells.changes("lamp01")).isEmpty();
            assertThat(shells.changes("lamp02")).containsOnly(probe.substring(8));
        }
        FakeShells open = joiningWithoutRules().printing(probe, 0, "10.98.0.1:11211 open\n");
        assertThat(provision(cluster, open, text, p -> p.dryRun(cluster.droplets(), false)))
                .isZero();
    }

    @Test
    void whereAnotherToolMakesTheRulesAnOpenMemcachedIsAWarning() throws IOException {
        Answer provisioned = guarded("debian-12-provisioned").withoutRules();
        assertThat(planWithoutFirewall(provisioned.with("input", ":INPUT ACCEPT\n")))
                .contains("warning: lamp01: memcached is open: anyone on the private network can read your users'"
                        + " sessions\n");
        assertThat(planWithoutFirewall(
                        Answer.named("debian-12-bare").withoutRules().with("input", "")))
                .contains("warning: lamp01: memcached will be open: anyone on the private network can read your users'"
                        + " sessions. Close its port with the tool that makes the rules");
        String doubt =
                "warning: lamp01: memcached may be open to the private network: its iptables rules do not show which"
                        + " hosts are allowed\n";
        for (String rules :
                List.of(":INPUT DROP\n-A INPUT -i eth1 -j ACCEPT\n", ":INPUT ACCEPT\n-A INPUT -j LOCAL\n")) {
            assertThat(planWithoutFirewall(provisioned.with("input", rules))).contains(doubt);
        }
        assertThat(planWithoutFirewall(provisioned.without("input"))).contains(doubt);
    }

    private static final String ARM = "[0-9a-f]+-[0-9]+ 30 [0-9]+ [0-9]+";

    /** The rules are a part of the plan, and in force before memcached restarts at another address. */
    @Test
    void theRulesAreConfirmedBeforeMemcachedChanges() throws IOException {
        Answer differs = guarded("debian-12-memcached-runs-with-other-flags").withoutRules();
        FakeShells shells = new FakeShells(differs);
        assertThat(provision(one(), shells, text, p -> p.dryRun(one().droplets(), false)))
                .isZero();
        assertThat(out.toString())
                .containsSubsequence(
                        "  * firewall: close the memcached port to other hosts\n",
                        "    +-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP\n",
                        "  * memcached: restart memcached\n",
                        "Plan: 2 changes on 1 droplet.")
                .doesNotContain("memcached is open");
        provision(one(), shells, text, p -> p.run(one().droplets()));
        List<String> changes = shells.changes("lamp01");
        assertThat(changes).filteredOn(c -> c.matches(ARM)).hasSize(1);
        assertThat(changes.indexOf(RESTART)).isGreaterThan(3);
        assertThat(changes.subList(0, changes.indexOf(RESTART))).anyMatch(c -> c.matches(ARM));
        assertThat(changes.subList(changes.indexOf(RESTART), changes.size())).noneMatch(c -> c.matches(ARM));
    }

    @Test
    void afterRulesThatWereRolledBackNothingElseIsChanged() throws IOException {
        FakeShells shells = new FakeShells(
                guarded("debian-12-memcached-runs-with-other-flags").withoutRules());
        shells.watched(entry -> {
            if (entry.matches("lamp01: " + ARM)) {
                shells.losing("lamp01: open", "lamp01 (203.0.113.1): no answer on port 22");
            }
        });
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isEqualTo(6);
        assertThat(shells.changes("lamp01")).doesNotContain(RESTART);
        assertThat(out.toString())
                .contains(
                        "lamp01: failed to close the memcached port to other hosts",
                        "with the new rules: lamp01 (203.0.113.1): no answer on port 22",
                        "not done: firewall, memcached");
        assertThat(err.toString())
                .contains("Not every droplet confirmed the new rules, so all went back to the old ones.\n");
    }

    @Test
    void anOverrideIsShownBeforeAndAfterTheChanges() throws IOException {
        FakeShells shells = new FakeShells(overridden("debian-12-memcached-runs-with-other-flags"));
        provision(one(), shells, text, p -> p.dryRun(one().droplets(), false));
        assertThat(out.toString()).contains(OVERRIDE).endsWith("Dry run: nothing was changed.\n");
        out.getBuffer().setLength(0);
        provision(one(), shells, text, p -> p.run(one().droplets()));
        assertThat(out.toString().split(Pattern.quote(OVERRIDE), -1)).hasSize(3);
    }

    @Test
    void anOverrideIsInEveryOutputFormat() throws IOException {
        provision(
                one(),
                new FakeShells(overridden("debian-12-provisioned")),
                new RunJson(),
                p -> p.run(one().droplets()));
        JsonObject finding = JsonParser.parseString(out.toString())
                .getAsJsonObject()
                .getAsJsonArray("findings")
                .get(0)
                .getAsJsonObject();
        assertThat(finding.get("what").getAsString()).contains("zz.conf:1 sets session.save_handler");
        assertThat(finding.get("remedy").getAsString()).startsWith("ssh root@203.0.113.1 'sed -i");
        out.getBuffer().setLength(0);
        provision(
                one(),
                new FakeShells(overridden("debian-12-provisioned")),
                new RunMarkdown(),
                p -> p.run(one().droplets()));
        assertThat(out.toString()).contains("no changes; 1 problem\n", "zz.conf:1 sets session.save\\_handler");
    }

    @Test
    void anUnreachableDropletStopsTheRunOnAllDroplets() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = memcachedDiffers().losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(provision(cluster, shells, text, p -> p.run(cluster.droplets())))
                .isEqualTo(4);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(out.toString()).contains("lamp02 (203.0.113.2): no answer\n");
        assertThat(err.toString()).contains("Nothing was changed");
    }

    @Test
    void aRunThatWouldRemoveAPackageIsRefusedBeforeAnyChange() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare"))
                .answeringFacts(
                        "lamp02",
                        Answer.named("debian-12-bare")
                                .replacing("10.98.0.1", "10.98.0.2")
                                .result()
                                .stdout())
                .printing("lamp02: offered", 0, "memcached yes\nacme-agent:amd64 removed\nphp-memcache yes\n");
        String why =
                "lamp02: apt-get would remove acme-agent:amd64 there, which a run never does; repair or remove it by"
                        + " hand";
        assertThat(provision(cluster, shells, text, p -> p.dryRun(cluster.droplets(), false)))
                .isEqualTo(1);
        assertThat(out.toString()).contains(why);
        assertThat(provision(cluster, shells, text, p -> p.run(cluster.droplets())))
                .isEqualTo(1);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(shells.changes("lamp02")).isEmpty();
        assertThat(err.toString()).contains("Nothing was changed");
    }

    @Test
    void aHalfInstalledPackageThatAptCannotFinishIsNamed() throws IOException {
        FakeShells shells = new FakeShells(guarded("debian-12-memcached-half-installed"))
                .printing("lamp01: offered", 0, "- unsolved\n");
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isEqualTo(1);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(out.toString())
                .contains("lamp01: apt-get cannot finish the installation of memcached there; repair or remove it by"
                        + " hand");
    }

    @Test
    void aDropletWithAnUnsupportedSystemFailsTheRun() throws IOException {
        FakeShells shells = new FakeShells(Answer.named("rocky-linux"));
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isEqualTo(1);
        assertThat(out.toString()).startsWith("lamp01: it runs Rocky Linux");
    }

    @Test
    void aRunReportsItsChangesUnderALease() throws IOException {
        FakeShells shells = memcachedDiffers();
        String provisioned = guarded("debian-12-provisioned").result().stdout();
        shells.watched(entry -> {
            if (entry.endsWith(RESTART)) {
                shells.answeringFacts("lamp01", provisioned);
            }
        });
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isZero();
        assertThat(shells.log)
                .containsExactly(
                        "lamp01: facts",
                        "lamp01: lock take",
                        "lamp01: facts",
                        "lamp01: " + RESTART,
                        "lamp01: facts",
                        "lamp01: lock release done 1");
        assertThat(out.toString()).endsWith("1 change on 1 droplet.\nlamp01: done (1 change)\n");
    }

    private static final String ALICES =
            "2026-01-31T12:03:44Z\tid-a\talice@laptop\troot\t203.0.113.9\tprovision\t0.1.0";

    @Test
    void aDropletHeldByAnotherRunStopsTheRunOnAllDroplets() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = twoDiffer().printing("lamp02: lock take", 7, ALICES);
        assertThatExceptionOfType(ActionFailure.class)
                .isThrownBy(() -> provision(cluster, shells, text, p -> p.run(cluster.droplets())))
                .satisfies(e -> {
                    assertThat(e.exitCode()).isEqualTo(7);
                    assertThat(e.sentence())
                            .isEqualTo(
                                    "lamp02 is held by alice@laptop (from 203.0.113.9) since 2026-01-31 12:03:44 UTC:"
                                            + " provision; nothing was changed, wait for it, or run again with"
                                            + " --lock-timeout 60");
                });
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(shells.log).endsWith("lamp01: lock take", "lamp02: lock take", "lamp01: lock release - 0");
    }

    @Test
    void afterWaitingForAnotherRunTheFactsAreReadAgain() throws IOException {
        FakeShells shells = memcachedDiffers().printing("lamp01: lock take", 7, ALICES);
        String provisioned = guarded("debian-12-provisioned").result().stdout();
        shells.watched(entry -> {
            if (entry.equals("lamp01: lock take") && err.toString().contains("Waiting")) {
                shells.answeringAsUsual("lamp01: lock take");
                shells.answeringFacts("lamp01", provisioned);
            }
        });
        assertThat(provision(one(), shells, text, Duration.ofSeconds(15), p -> p.run(one().droplets())))
                .isZero();
        assertThat(err.toString()).contains("Waiting up to 15 s: lamp01 is held by alice@laptop");
        assertThat(out.toString()).isEqualTo("No changes. The droplet matches the inventory.\n");
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(shells.log).endsWith("lamp01: lock take", "lamp01: facts", "lamp01: lock release - 0");
    }

    @Test
    void aLeaseThatWasTakenOverIsReportedInOneLine() throws IOException {
        FakeShells shells = memcachedDiffers().printing("lamp01: lock take", 0, ALICES);
        provision(one(), shells, text, p -> p.run(one().droplets()));
        assertThat(err.toString())
                .startsWith("lamp01: taken over from alice@laptop (from 203.0.113.9), whose provision of"
                        + " 2026-01-31 12:03:44 UTC ended without a message.\n");
    }

    @Test
    void aLogThatCannotBeWrittenIsReportedButDoesNotFailTheRun() throws IOException {
        FakeShells shells = memcachedDiffers();
        String provisioned = guarded("debian-12-provisioned").result().stdout();
        shells.watched(entry -> {
            if (entry.endsWith(RESTART)) {
                shells.answeringFacts("lamp01", provisioned).printing("lamp01: lock release done 1", 28, "");
            }
        });
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isZero();
        assertThat(err.toString())
                .contains("lamp01: this run is missing from its log")
                .contains("df -h");
    }

    @Test
    void failedAndUnreachedDropletsAreLogged() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = twoDiffer().answering("lamp01: " + RESTART, 13, "");
        provision(cluster, shells, text, p -> p.run(cluster.droplets()));
        assertThat(shells.log).contains("lamp01: lock release failed 0", "lamp02: lock release not reached 0");
    }

    private static FakeShells twoDiffer() throws IOException {
        return new FakeShells(guarded("debian-12-memcached-runs-with-other-flags")
                .replacing("2: eth0    inet 10.99.0.1/32", "2: eth0    inet 10.98.0.2/32")
                .replacing("tcp://10.98.0.1:11211", "tcp://10.98.0.1:11211,tcp://10.98.0.2:11211"));
    }

    @Test
    void aBareDropletIsPlannedAgainAfterItsPackagesAreInstalled() throws IOException {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare"));
        String installed =
                guarded("debian-12-memcached-runs-with-other-flags").result().stdout();
        String provisioned = guarded("debian-12-provisioned").result().stdout();
        shells.watched(entry -> {
            if (entry.contains("apache2 iptables")) {
                shells.answeringFacts("lamp01", installed);
            } else if (entry.endsWith(RESTART)) {
                shells.answeringFacts("lamp01", provisioned);
            }
        });
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isZero();
        assertThat(shells.changes("lamp01")).containsExactly("apache2 iptables libapache2-mod-php memcached", RESTART);
        assertThat(out.toString()).contains("4 changes on 1 droplet.\n").endsWith("lamp01: done (2 changes)\n");
    }

    @Test
    void aChangeThatWouldLoseSessionsIsRefused() throws IOException {
        FakeShells shells = new FakeShells(guarded("debian-12-memcached-runs-with-other-flags")
                .with("stats", "bytes 5000\nlimit_maxbytes 67108864\ncurr_items 5\nevictions 0\n"));
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isEqualTo(1);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(out.toString())
                .contains("its sessions cannot be kept: there is no other server to restore them from")
                .contains("the sessions that this memcached holds are lost with it");
        assertThat(err.toString()).contains("--accept-session-loss");
    }

    /** Which droplets a hand-written list means is known only there. */
    @Test
    void aListByNameIsReplacedOnlyWhereTheOperatorAcceptsIt() throws IOException {
        FakeShells shells = new FakeShells(guarded("debian-12-provisioned")
                .replacing("tcp://10.98.0.1:11211", "tcp://lamp01:11211?persistent=1&weight=1, tcp://cache"));
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isEqualTo(1);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(out.toString())
                .contains("its sessions cannot be kept: session.save_path names lamp01:11211, cache:11211 instead of"
                        + " private addresses");
        assertThat(err.toString()).contains("--accept-session-loss");
    }

    @Test
    void aFailureListsTheChangesThatAreNotDone() throws IOException {
        FakeShells shells = memcachedDiffers().answering("lamp01: " + RESTART, 13, "it says no");
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isEqualTo(1);
        assertThat(out.toString())
                .contains("lamp01: failed to restart memcached: the service did not start")
                .endsWith("  | it says no\n  0 changes done, not done: memcached\n");
    }

    @Test
    void aRunIsOneJsonDocument() throws IOException {
        FakeShells shells = memcachedDiffers().answering("lamp01: " + RESTART, 13, "");
        assertThat(provision(one(), shells, new RunJson(), p -> p.run(one().droplets())))
                .isEqualTo(1);
        assertThat(JsonParser.parseString(out.toString())
                        .getAsJsonObject()
                        .get("exit_code")
                        .getAsInt())
                .isEqualTo(1);
    }

    @Test
    void anInterruptionFinishesTheCurrentChangeAndListsTheOthers() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = twoDiffer();
        int code = provision(cluster, shells, text, p -> {
            shells.watched(entry -> {
                if (entry.startsWith("lamp01: service memcached")) {
                    assertThat(p.stop()).isTrue();
                }
            });
            return p.run(cluster.droplets());
        });
        assertThat(code).isEqualTo(130);
        assertThat(shells.changes("lamp02")).isEmpty();
        assertThat(err.toString()).contains("Interrupted. Finishing the current step");
        assertThat(out.toString()).contains("lamp02: stopped; 0 changes done, not done: memcached");
        assertThat(shells.log).contains("lamp02: lock release interrupted 0");
    }

    @Test
    void anInterruptionBeforeTheFirstChangeReportsThatNothingWasChanged() throws IOException {
        provision(one(), inSync(), text, p -> {
            assertThat(p.stop()).isFalse();
            return 0;
        });
        assertThat(err.toString()).isEqualTo("Interrupted; nothing was changed.\n");
    }
}
