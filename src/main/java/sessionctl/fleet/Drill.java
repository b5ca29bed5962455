package sessionctl.fleet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.Actual;
import sessionctl.verify.Case;
import sessionctl.verify.Copies;
import sessionctl.verify.DrillSteps;
import sessionctl.verify.Finding;
import sessionctl.verify.Remaining;
import sessionctl.verify.Tally;
import sessionctl.verify.WebFailure;

/**
 * One memcached after another falls silent, stops and comes back, while visitors go on. Each droplet puts everything back
 * by itself when nobody does it in time.
 */
final class Drill {
    private static final String CUT = "a server that falls silent loses nobody's session";
    private static final String STOPPED = "a server that stops loses nobody's session";
    private static final String BACK = "a server that comes back loses nobody's session";

    private final Ground ground;
    private final int seconds;
    private final List<Droplet> members;
    private final List<Finding> whileCut = new ArrayList<>();
    private final List<Finding> whileStopped = new ArrayList<>();
    private final List<Finding> afterReturn = new ArrayList<>();
    private final List<Tally> silent = new ArrayList<>();
    private final List<Tally> stopped = new ArrayList<>();
    private final List<Tally> back = new ArrayList<>();

    /**
     * A drill that has not begun.
     *
     * @param seconds after which a droplet puts its memcached back by itself
     */
    Drill(Ground ground, int seconds) {
        this.ground = ground;
        this.seconds = seconds;
        this.members = ground.trial().members();
    }

    /** The promises that are not tried, and why. */
    static List<Case> refused(String why) {
        return List.of(
                Case.notTried("drill-cut", CUT, why),
                Case.notTried("drill-stop", STOPPED, why),
                Case.notTried("drill-return", BACK, why));
    }

    /** What forbids a drill although every promise is kept. */
    List<Finding> forbidden() {
        List<Finding> findings = new ArrayList<>();
        if (members.size() < 2) {
            findings.add(new Finding(
                    members.isEmpty() ? "" : members.get(0).name(),
                    "nobody answers for its memcached, so a drill would lose every session",
                    "add a droplet to the inventory"));
        }
        for (Droplet droplet : members) {
            Actual actual = ground.actual(droplet);
            if (!actual.platform().systemd() || !ServerTries.guarded(actual)) {
                findings.add(new Finding(
                        droplet.name(),
                        "its memcached has no guard, so a drill could lose sessions",
                        ServerTries.guardRemedy(actual)));
            }
        }
        return findings;
    }

    /**
     * Drills one after another.
     *
     * @param lost whether a droplet is another run's meanwhile
     */
    List<Case> run(Predicate<Droplet> lost) {
        Tally usual = new Tally("");
        try (Crowd crowd = new Crowd(ground, ground.trial().droplets())) {
            crowd.come();
            usual = crowd.comeAgain("");
            for (Droplet server : members) {
                Optional<Droplet> others = members.stream().filter(lost).findFirst();
                if (others.isPresent()) {
                    whileCut.add(new Finding(
                            others.get().name(),
                            "another run has taken it over, so nobody is drilled any more",
                            "see: {sessionctl status --history}"));
                    break;
                }
                if (!drilled(server, crowd)) {
                    break;
                }
            }
            afterReturn.addAll(incomplete(crowd.ids()));
        } catch (Ground.Ended e) {
            // What was found until then is told, and that the rest was not tried.
        } catch (WebFailure e) {
            String droplet = members.get(0).name();
            return List.of(Case.of("drill-cut", CUT, "the drill was not begun", List.of(e.on(droplet))));
        }
        return cases(usual);
    }

    /** Whether it went to its end; where it did not, everything is put back. */
    private boolean drilled(Droplet server, Crowd crowd) {
        DrillSteps steps = steps(server);
        boolean done = false;
        try {
            done = cutAndStopped(server, steps, crowd)
                    && step(server, steps.start(), "its memcached starts", afterReturn);
        } finally {
            if (!done) {
                ground.begin(server, "putting its memcached back");
                CommandResult result = ground.run(server, steps.back());
                ground.tell(server, result.ok() ? "its memcached is back" : "puts its memcached back by itself");
                if (!result.ok() && result.exit() != Ground.NOT_ASKED) {
                    afterReturn.add(new Finding(
                            server.name(),
                            "its memcached did not come back after the drill",
                            "see journalctl -u memcached there; run: {sessionctl provision}"));
                }
            }
        }
        if (done) {
            Tally start = crowd.comeAgain(server.name());
            back.add(start);
            afterReturn.addAll(start.findings("when it was back"));
        }
        return done;
    }

    private boolean cutAndStopped(Droplet server, DrillSteps steps, Crowd crowd) {
        if (!step(server, steps.cut(), "its memcached falls silent", whileCut)) {
            return false;
        }
        Tally cut = crowd.comeAgainSlowly(server.name());
        silent.add(cut);
        whileCut.addAll(cut.findings("while it was silent"));
        if (!step(server, steps.stop(), "its memcached stops", whileStopped)) {
            return false;
        }
        Tally stop = crowd.comeAgain(server.name());
        stopped.add(stop);
        whileStopped.addAll(stop.findings("while it was stopped"));
        return true;
    }

    private DrillSteps steps(Droplet server) {
        List<String> peers = ground.trial().cluster().members().stream()
                .filter(d -> !d.equals(server))
                .map(d -> d.privateIp().text())
                .toList();
        String run = ground.trial().page(server).id();
        return new DrillSteps(run, seconds, peers);
    }

    private boolean step(Droplet server, Command command, String what, List<Finding> findings) {
        ground.goOn();
        ground.begin(server, what);
        CommandResult result = ground.run(server, command);
        ground.tell(server, result.ok() ? what : what + ": failed");
        if (!result.ok() && result.exit() != Ground.NOT_ASKED) {
            findings.add(new Finding(
                    server.name(),
                    "the drill ended there: " + DrillSteps.why(result.exit()),
                    "see journalctl -u memcached there; run: {sessionctl provision}"));
        }
        ground.goOn();
        return result.ok();
    }

    /** Sessions that some server lacks when everything is back. */
    private List<Finding> incomplete(List<String> ids) {
        Map<String, Set<String>> held = new LinkedHashMap<>();
        ground.onAll(
                        members,
                        d -> ground.ask(
                                d,
                                Copies.question(
                                        d.privateIp().text(), ground.trial().port(), ids),
                                answer -> Copies.read(answer, ids).keySet(),
                                Set.<String>of()),
                        d -> Set.<String>of())
                .forEach((droplet, found) -> held.put(droplet.name(), found));
        Remaining remaining = new Remaining(ids, held);
        Cluster cluster = ground.trial().cluster();
        return cluster.sparse() ? remaining.fewerThan(cluster.copies(), cluster.name()) : remaining.lacking();
    }

    private List<Case> cases(Tally usual) {
        String slowest = silent.stream()
                .max(Comparator.comparingLong(Tally::slowest))
                .map(t -> "; slowest answer " + t.slowestTold("was silent") + ", " + usual.slowest() + " ms before")
                .orElse("");
        return List.of(
                Case.of("drill-cut", CUT, counted(silent) + slowest, whileCut).butNotTried(untried(silent)),
                Case.of("drill-stop", STOPPED, counted(stopped), whileStopped).butNotTried(untried(stopped)),
                Case.of("drill-return", BACK, counted(back), afterReturn).butNotTried(untried(back)));
    }

    private String untried(List<Tally> tallies) {
        return members.stream()
                .map(Droplet::name)
                .filter(name -> tallies.stream().noneMatch(t -> t.server().equals(name)))
                .collect(Collectors.joining(", "));
    }

    /** As in "270 of 270 requests found their session: 30 sessions on each of 3 droplets, 3 servers one after another". */
    private String counted(List<Tally> tallies) {
        if (tallies.isEmpty()) {
            return "nobody asked for his session";
        }
        int kept = tallies.stream().mapToInt(Tally::kept).sum();
        int all = tallies.stream().mapToInt(Tally::requests).sum();
        int sessions = tallies.get(0).sessions();
        int where = tallies.get(0).requests() / Math.max(1, sessions);
        int droplets = ground.trial().droplets().size();
        return kept + " of " + all + " requests found their session: " + sessions + " sessions on "
                + (where < droplets
                        ? where + " of " + droplets + " droplets each"
                        : "each of " + droplets + " droplets")
                + ", " + tallies.size() + " servers one after another";
    }
}
