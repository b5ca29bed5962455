package sessionctl.cli;

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
import sessionctl.report.JsonReport;
import sessionctl.report.MarkdownReport;
import sessionctl.report.Report;
import sessionctl.report.Style;
import sessionctl.report.TextReport;

@Timeout(20)
class ProvisioningTest {
    private static final String RESTART = "service memcached action restart";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Report text = new TextReport(Style.PLAIN);

    /** Runs something on droplets in memory. */
    private interface Deed {
        int on(Provisioning provisioning);
    }

    private int provision(Cluster cluster, FakeShells shells, Report report, Deed deed) throws IOException {
        return provision(cluster, shells, report, Duration.ZERO, deed);
    }

    private int provision(Cluster cluster, FakeShells shells, Report report, Duration patience, Deed deed)
            throws IOException {
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Voice voice = new Voice(new PrintWriter(out), new PrintWriter(err), report, Progress.SILENT);
            return deed.on(new Provisioning(
                    "provision",
                    new Plans(cluster, new DesiredStates(cluster, Samples.templates())),
                    new Locking("provision", fleet, voice, patience),
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
    void aDryRunOnlyLooks() throws IOException {
        FakeShells shells = memcachedDiffers();
        assertThat(provision(one(), shells, text, p -> p.dryRun(one().droplets(), false)))
                .isZero();
        assertThat(shells.log).containsExactly("lamp01: facts");
        assertThat(out.toString()).contains("restart memcached").endsWith("this is a dry run.\n");
    }

    @Test
    void aDryRunThatFindsChangesSaysSoByItsExitCodeWhenAsked() throws IOException {
        assertThat(provision(one(), memcachedDiffers(), text, p -> p.dryRun(one().droplets(), true)))
                .isEqualTo(2);
        assertThat(provision(one(), inSync(), text, p -> p.dryRun(one().droplets(), true)))
                .isZero();
    }

    @Test
    void aRunWithNothingToDoSaysSoInOneLine() throws IOException {
        FakeShells shells = inSync();
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isZero();
        assertThat(shells.log).containsExactly("lamp01: facts");
        assertThat(out.toString()).isEqualTo("The droplet is as the inventory says: nothing to do.\n");
    }

    @Test
    void whatADropletThatIsDownCostsIsToldWithTheRefusal() throws IOException {
        Cluster cluster = Samples.lamps(2);
        for (Deed deed : List.<Deed>of(p -> p.run(cluster.droplets()), p -> p.dryRun(cluster.droplets(), false))) {
            out.getBuffer().setLength(0);
            FakeShells shells = memcachedDiffers().losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
            assertThat(provision(cluster, shells, text, deed)).isEqualTo(4);
            assertThat(out.toString())
                    .contains(
                            "lamp02: if it is down, every page on the other droplets waits up to 1 s for it. If it does"
                                    + " not come back, set \"leaving: true\" for it in shop.yml or give this name a new address;"
                                    + " run: sessionctl provision shop.yml && sessionctl firewall shop.yml\n");
        }
    }

    @Test
    void aRestartThatIsRefusedNamesTheInventory() throws IOException {
        Answer unguarded = Answer.named("debian-12-provisioned");
        try (Fleet fleet = new Fleet(new FakeShells(unguarded), 3, Progress.SILENT, new Invocation("my shop.yml"))) {
            Voice voice = new Voice(new PrintWriter(out), new PrintWriter(err), text, Progress.SILENT);
            Provisioning restart = new Provisioning(
                    "restart",
                    new Restarts(one(), new DesiredStates(one(), Samples.templates()), false),
                    new Locking("restart", fleet, voice, Duration.ZERO),
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
    void aRunThatCannotReachItsGoalNeverSaysThatAllIsWell() throws IOException {
        Map<Integer, Deed> deeds = Map.of(3, p -> p.run(one().droplets()), 0, p -> p.dryRun(one().droplets(), true));
        for (Map.Entry<Integer, Deed> deed : deeds.entrySet()) {
            out.getBuffer().setLength(0);
            FakeShells shells = new FakeShells(overridden("debian-12-provisioned"));
            assertThat(provision(one(), shells, text, deed.getValue())).isEqualTo(deed.getKey());
            assertThat(out.toString())
                    .startsWith(OVERRIDE)
                    .endsWith("No changes. sessionctl's own files match the inventory, but see the findings above.\n")
                    .doesNotContain("nothing to do", "as the inventory says");
            assertThat(shells.log).containsExactly("lamp01: facts");
        }
    }

    @Test
    void aMemcachedThatAnyHostReachesIsShownWithTheNextCommand() throws IOException {
        String finding = "warning: lamp01: memcached is open: anyone on the private network can read your users'"
                + " sessions; run: sessionctl firewall shop.yml\n";
        String facts = "debian-12-memcached-runs-with-other-flags";
        FakeShells open = new FakeShells(guarded(facts).with("input", ":INPUT ACCEPT\n"));
        assertThat(provision(one(), open, text, p -> p.dryRun(one().droplets(), false)))
                .isZero();
        assertThat(out.toString()).contains(finding);
        String settled = guarded("debian-12-provisioned")
                .with("input", ":INPUT ACCEPT\n")
                .result()
                .stdout();
        open.watched(entry -> {
            if (entry.endsWith(RESTART)) {
                open.answeringFacts("lamp01", settled);
            }
        });
        assertThat(provision(one(), open, text, p -> p.run(one().droplets()))).isZero();
        assertThat(err.toString())
                .contains("memcached is still open to the private network. Next: sessionctl firewall shop.yml\n");
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String rules = """
                :INPUT ACCEPT
                :SESSIONCTL -
                -A INPUT -j SESSIONCTL
                -A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP
                """;
        provision(one(), new FakeShells(guarded(facts).with("input", rules)), text, p -> p.run(one().droplets()));
        assertThat(out.toString() + err).doesNotContain("memcached is open", "still open");
    }

    /** Where no memcached runs yet there is none that anyone could read, but there will be. */
    @Test
    void aMemcachedThatWillBeOpenIsShownWithTheNextCommand() throws IOException {
        FakeShells bare = new FakeShells(Answer.named("debian-12-bare").with("input", ""));
        provision(one(), bare, text, p -> p.dryRun(one().droplets(), false));
        assertThat(out.toString())
                .contains("warning: lamp01: memcached will be open: anyone on the private network can read your users'"
                        + " sessions. After this run: sessionctl firewall shop.yml\n");
    }

    @Test
    void rulesThatDoNotDecideForAllHostsAreNotTakenAsClosed() throws IOException {
        String doubt =
                "warning: lamp01: memcached may be open to the private network: its iptables rules do not say for"
                        + " all hosts who may enter; run: sessionctl firewall shop.yml\n";
        for (String rules :
                List.of(":INPUT DROP\n-A INPUT -i eth1 -j ACCEPT\n", ":INPUT ACCEPT\n-A INPUT -j LOCAL\n")) {
            out.getBuffer().setLength(0);
            provision(
                    one(),
                    new FakeShells(guarded("debian-12-provisioned").with("input", rules)),
                    text,
                    p -> p.dryRun(one().droplets(), false));
            assertThat(out.toString()).contains(doubt);
        }
        out.getBuffer().setLength(0);
        Answer unknown = guarded("debian-12-provisioned").without("input");
        provision(one(), new FakeShells(unknown), text, p -> p.dryRun(one().droplets(), false));
        assertThat(out.toString()).contains(doubt);
    }

    @Test
    void anOverrideIsToldBeforeAndAfterTheChanges() throws IOException {
        FakeShells shells = new FakeShells(overridden("debian-12-memcached-runs-with-other-flags"));
        provision(one(), shells, text, p -> p.dryRun(one().droplets(), false));
        assertThat(out.toString()).contains(OVERRIDE).endsWith("this is a dry run.\n");
        out.getBuffer().setLength(0);
        provision(one(), shells, text, p -> p.run(one().droplets()));
        assertThat(out.toString().split(Pattern.quote(OVERRIDE), -1)).hasSize(3);
    }

    @Test
    void anOverrideIsInEveryForm() throws IOException {
        provision(
                one(),
                new FakeShells(overridden("debian-12-provisioned")),
                new JsonReport(),
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
                new MarkdownReport(),
                p -> p.run(one().droplets()));
        assertThat(out.toString()).contains("no changes; 1 finding\n", "zz.conf:1 sets session.save\\_handler");
    }

    @Test
    void aDropletThatIsNotReachedKeepsAllOthersFromBeingChanged() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = memcachedDiffers().losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(provision(cluster, shells, text, p -> p.run(cluster.droplets())))
                .isEqualTo(4);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(out.toString()).contains("lamp02 (203.0.113.2): no answer\n");
        assertThat(err.toString()).contains("Nothing was changed");
    }

    @Test
    void aRunThatWouldTakeAPackageAwayIsRefusedBeforeAnyChange() throws IOException {
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
    void whatIsHalfInstalledAndCannotBeFinishedIsNamed() throws IOException {
        FakeShells shells = new FakeShells(guarded("debian-12-memcached-half-installed"))
                .printing("lamp01: offered", 0, "- unsolved\n");
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isEqualTo(1);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(out.toString())
                .contains("lamp01: apt-get cannot finish the installation of memcached there; repair or remove it by"
                        + " hand");
    }

    @Test
    void aDropletThatIsUnfitIsAFailure() throws IOException {
        FakeShells shells = new FakeShells(Answer.named("rocky-linux"));
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isEqualTo(1);
        assertThat(out.toString()).startsWith("lamp01: it runs Rocky Linux");
    }

    @Test
    void whatWasDoneIsSaid() throws IOException {
        FakeShells shells = memcachedDiffers();
        String settled = guarded("debian-12-provisioned").result().stdout();
        shells.watched(entry -> {
            if (entry.endsWith(RESTART)) {
                shells.answeringFacts("lamp01", settled);
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
    void whereAnotherRunHoldsOneNothingIsChangedOnAny() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = twoDiffer().printing("lamp02: lock take", 7, ALICES);
        assertThatExceptionOfType(CliFailure.class)
                .isThrownBy(() -> provision(cluster, shells, text, p -> p.run(cluster.droplets())))
                .satisfies(e -> {
                    assertThat(e.exitCode()).isEqualTo(7);
                    assertThat(e.sentence())
                            .isEqualTo(
                                    "lamp02 is held by alice@laptop (from 203.0.113.9) since 2026-01-31 12:03:44 UTC:"
                                            + " provision; nothing was changed, wait for it, or run again with --lock-timeout"
                                            + " 60");
                });
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(shells.log).endsWith("lamp01: lock take", "lamp02: lock take", "lamp01: lock release - 0");
    }

    @Test
    void afterAnotherRunWasWaitedForEverythingIsLookedAtAgain() throws IOException {
        FakeShells shells = memcachedDiffers().printing("lamp01: lock take", 7, ALICES);
        String settled = guarded("debian-12-provisioned").result().stdout();
        shells.watched(entry -> {
            if (entry.equals("lamp01: lock take") && err.toString().contains("Waiting")) {
                shells.answeringAsUsual("lamp01: lock take");
                shells.answeringFacts("lamp01", settled);
            }
        });
        assertThat(provision(one(), shells, text, Duration.ofSeconds(15), p -> p.run(one().droplets())))
                .isZero();
        assertThat(err.toString()).contains("Waiting for 15 s at most: lamp01 is held by alice@laptop");
        assertThat(out.toString()).isEqualTo("The droplet is as the inventory says: nothing to do.\n");
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(shells.log).endsWith("lamp01: lock take", "lamp01: facts", "lamp01: lock release - 0");
    }

    @Test
    void whoseLockWasTakenOverIsSaidInOneLine() throws IOException {
        FakeShells shells = memcachedDiffers().printing("lamp01: lock take", 0, ALICES);
        provision(one(), shells, text, p -> p.run(one().droplets()));
        assertThat(err.toString())
                .isEqualTo("lamp01: taken over from alice@laptop (from 203.0.113.9), whose provision of"
                        + " 2026-01-31 12:03:44 UTC ended without a word.\n");
    }

    @Test
    void aLogThatCannotBeWrittenIsSaidAndIsNoFailure() throws IOException {
        FakeShells shells = memcachedDiffers();
        String settled = guarded("debian-12-provisioned").result().stdout();
        shells.watched(entry -> {
            if (entry.endsWith(RESTART)) {
                shells.answeringFacts("lamp01", settled).printing("lamp01: lock release done 1", 28, "");
            }
        });
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isZero();
        assertThat(err.toString())
                .contains("lamp01: this run is not in its log")
                .contains("df -h");
    }

    @Test
    void whatFailedAndWhatWasNotReachedIsLogged() throws IOException {
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
    void aBareDropletIsPlannedAnewOnceItsPackagesAreThere() throws IOException {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare"));
        String installed =
                guarded("debian-12-memcached-runs-with-other-flags").result().stdout();
        String settled = guarded("debian-12-provisioned").result().stdout();
        shells.watched(entry -> {
            if (entry.contains("apache2 iptables")) {
                shells.answeringFacts("lamp01", installed);
            } else if (entry.endsWith(RESTART)) {
                shells.answeringFacts("lamp01", settled);
            }
        });
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isZero();
        assertThat(shells.changes("lamp01")).containsExactly("apache2 iptables libapache2-mod-php memcached", RESTART);
        assertThat(out.toString()).contains("3 changes on 1 droplet.\n").endsWith("lamp01: done (2 changes)\n");
    }

    @Test
    void sessionsAreLostOnlyWhereTheOperatorAcceptsIt() throws IOException {
        FakeShells shells = new FakeShells(guarded("debian-12-memcached-runs-with-other-flags")
                .with("stats", "bytes 5000\nlimit_maxbytes 67108864\ncurr_items 5\nevictions 0\n"));
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isEqualTo(1);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(out.toString())
                .contains("its sessions cannot be kept: there is no other server from which they could come back")
                .contains("the sessions that this memcached holds are lost with it");
        assertThat(err.toString()).contains("--accept-session-loss");
    }

    @Test
    void aFailureIsToldWithWhatIsLeft() throws IOException {
        FakeShells shells = memcachedDiffers().answering("lamp01: " + RESTART, 13, "it says no");
        assertThat(provision(one(), shells, text, p -> p.run(one().droplets()))).isEqualTo(1);
        assertThat(out.toString())
                .contains("lamp01: failed to restart memcached: the service did not come up")
                .endsWith("  | it says no\n  0 changes done, left: memcached\n");
    }

    @Test
    void aRunIsOneJsonDocument() throws IOException {
        FakeShells shells = memcachedDiffers().answering("lamp01: " + RESTART, 13, "");
        assertThat(provision(one(), shells, new JsonReport(), p -> p.run(one().droplets())))
                .isEqualTo(1);
        assertThat(JsonParser.parseString(out.toString())
                        .getAsJsonObject()
                        .get("exit_code")
                        .getAsInt())
                .isEqualTo(1);
    }

    @Test
    void anInterruptionLetsTheChangeUnderWayFinishAndSaysWhatIsLeft() throws IOException {
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
        assertThat(err.toString()).contains("Interrupted: no further change begins");
        assertThat(out.toString()).contains("lamp02: not reached; nothing was changed, left: memcached");
        assertThat(shells.log).contains("lamp02: lock release interrupted 0");
    }

    @Test
    void anInterruptionBeforeAnythingBeganSaysThatNothingWasChanged() throws IOException {
        provision(one(), inSync(), text, p -> {
            assertThat(p.stop()).isFalse();
            return 0;
        });
        assertThat(err.toString()).isEqualTo("Interrupted; nothing was changed.\n");
    }
}
