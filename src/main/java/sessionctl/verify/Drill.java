package sessionctl.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.fleet.RunAbortedException;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.DropletFacts;
import sessionctl.verify.http.HttpFailure;

/**
 * A drill: stops the network of one memcached after another, stops the service, starts it and lets it rejoin, while
 * simulated users send requests. A droplet restores its memcached on a timer if sessionctl does not do it in time.
 */
final class Drill {
    /** One step of the drill, which is reported as a check, with its findings from all servers. */
    private record Step(String id, String property, List<CheckFailure> failures, List<DrillStatistics> statistics) {
        Step(String id, String property) {
            this(id, property, new ArrayList<>(), new ArrayList<>());
        }

        /** Adds the requests that were sent on one server. */
        void add(DrillStatistics requests, String when) {
            statistics.add(requests);
            failures.addAll(requests.findings(when));
        }
    }

    private final Step cut = new Step("drill-cut", "a server that stops responding loses no session");
    private final Step stop = new Step("drill-stop", "a server that is stopped loses no session");
    private final Step rejoin = new Step("drill-return", "a server that rejoins loses no session");

    private final VerificationContext context;
    private final int seconds;
    private final List<Droplet> members;

    /**
     * A drill that has not begun.
     *
     * @param seconds the time after which a droplet restores its memcached by itself
     */
    Drill(VerificationContext context, int seconds) {
        this.context = context;
        this.seconds = seconds;
        this.members = context.spec().staying();
    }

    /** The drill's checks as skipped, with the reason. */
    List<CheckResult> skipped(String why) {
        return Stream.of(cut, stop, rejoin)
                .map(step -> CheckResult.skipped(step.id(), step.property(), why))
                .toList();
    }

    /** Returns the reasons that forbid a drill even if every check passed. */
    List<CheckFailure> findObstacles() {
        List<CheckFailure> findings = new ArrayList<>();
        if (members.size() < 2) {
            findings.add(new CheckFailure(
                    members.isEmpty() ? "" : members.get(0).name(),
                    "no other memcached has its sessions, so a drill would lose all of them",
                    "add a droplet to the inventory"));
        }
        for (Droplet droplet : members) {
            DropletFacts facts = context.facts(droplet);
            if (!facts.platform().systemd() || !MemcachedChecks.isGuarded(facts)) {
                findings.add(new CheckFailure(
                        droplet.name(),
                        "its memcached has no guard, so a drill could lose sessions",
                        MemcachedChecks.guardRemedy(facts)));
            }
        }
        return findings;
    }

    /**
     * Drills one member after another.
     *
     * @param isLost returns true if another run holds the droplet's lease by now
     */
    List<CheckResult> run(Predicate<Droplet> isLost) {
        DrillStatistics baseline = new DrillStatistics("");
        try (SimulatedUsers users = new SimulatedUsers(context, context.spec().droplets())) {
            users.createSessions();
            baseline = users.revisit("");
            for (Droplet server : members) {
                Optional<Droplet> lostDroplet = members.stream().filter(isLost).findFirst();
                if (lostDroplet.isPresent()) {
                    cut.failures()
                            .add(new CheckFailure(
                                    lostDroplet.get().name(),
                                    "another run has taken it over, so the drill ended",
                                    "see: {sessionctl status --history}"));
                    break;
                }
                if (!drill(server, users)) {
                    break;
                }
            }
            rejoin.failures().addAll(findMissingReplicas(users.ids()));
        } catch (RunAbortedException e) {
            // The results up to here are reported, and the droplets that were not drilled as skipped.
        } catch (HttpFailure e) {
            String droplet = members.get(0).name();
            return List.of(CheckResult.of(
                    cut.id(), cut.property(), "the drill was not started", List.of(new CheckFailure(droplet, e))));
        }
        return results(baseline);
    }

    /** Returns true if all steps succeeded. Otherwise restores the droplet's memcached. */
    private boolean drill(Droplet server, SimulatedUsers users) {
        DrillCommands commands = commands(server);
        boolean done = false;
        try {
            done = cutAndStop(server, commands, users)
                    && runStep(server, commands.start(), "its memcached starts", rejoin);
        } finally {
            if (!done) {
                context.begin(server, "restoring its memcached");
                CommandResult result = context.run(server, commands.restore());
                context.showProgress(
                        server, result.ok() ? "its memcached is restored" : "restores its memcached by itself");
                if (!result.ok() && result.exit() != VerificationContext.NO_ANSWER) {
                    rejoin.failures()
                            .add(new CheckFailure(
                                    server.name(),
                                    "its memcached did not start again after the drill",
                                    "see journalctl -u memcached there; run: {sessionctl provision}"));
                }
            }
        }
        if (done) {
            rejoin.add(users.revisit(server.name()), "when it had rejoined");
        }
        return done;
    }

    private boolean cutAndStop(Droplet server, DrillCommands commands, SimulatedUsers users) {
        if (!runStep(server, commands.cut(), "its memcached stops responding", cut)) {
            return false;
        }
        cut.add(users.revisitSlowly(server.name()), "while it did not respond");
        if (!runStep(server, commands.stop(), "its memcached stops", stop)) {
            return false;
        }
        stop.add(users.revisit(server.name()), "while it was stopped");
        return true;
    }

    private DrillCommands commands(Droplet server) {
        List<String> peers = context.spec().cluster().staying().stream()
                .filter(d -> !d.equals(server))
                .map(d -> d.privateIp().text())
                .toList();
        String run = context.spec().page(server).id();
        return new DrillCommands(run, seconds, peers);
    }

    private boolean runStep(Droplet server, Command command, String what, Step step) {
        context.checkNotAborted();
        context.begin(server, what);
        CommandResult result = context.run(server, command);
        context.showProgress(server, result.ok() ? what : what + ": failed");
        if (!result.ok() && result.exit() != VerificationContext.NO_ANSWER) {
            step.failures()
                    .add(new CheckFailure(
                            server.name(),
                            "the drill ended there: " + DrillCommands.reason(result.exit()),
                            "see journalctl -u memcached there; run: {sessionctl provision}"));
        }
        context.checkNotAborted();
        return result.ok();
    }

    /** Returns the findings for sessions that are on too few servers after the drill. */
    private List<CheckFailure> findMissingReplicas(List<String> ids) {
        Map<String, Map<String, String>> held = context.readReplicas(members, ids);
        Cluster cluster = context.spec().cluster();
        if (cluster.hasPartialReplicas()) {
            List<SessionFailure> rare = ids.stream()
                    .map(id -> missing(id, serversWithout(id, held)))
                    .filter(session -> held.size() - session.droplets().size() < cluster.copies())
                    .toList();
            String what = " sessions are on fewer than " + cluster.copies() + " servers";
            return findings(cluster.name(), rare.size() + " of " + ids.size() + what, rare);
        }
        List<CheckFailure> findings = new ArrayList<>();
        held.forEach((server, sessions) -> {
            List<SessionFailure> lacking = ids.stream()
                    .filter(id -> !sessions.containsKey(id))
                    .map(id -> missing(id, List.of(server)))
                    .toList();
            String what = "its memcached lacks " + lacking.size() + " of " + ids.size() + " sessions";
            findings.addAll(findings(server, what, lacking));
        });
        return findings;
    }

    private static List<String> serversWithout(String id, Map<String, Map<String, String>> held) {
        return held.entrySet().stream()
                .filter(server -> !server.getValue().containsKey(id))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static SessionFailure missing(String id, List<String> servers) {
        return new SessionFailure(id, SessionFailure.How.MISSING, servers);
    }

    private static List<CheckFailure> findings(String where, String what, List<SessionFailure> sessions) {
        return sessions.isEmpty()
                ? List.of()
                : List.of(new CheckFailure(where, "after the drill " + what, "run: {sessionctl provision}", sessions));
    }

    private List<CheckResult> results(DrillStatistics baseline) {
        String slowest = cut.statistics().stream()
                .max(Comparator.comparingLong(DrillStatistics::slowest))
                .map(t -> "; slowest answer " + t.describeSlowest("did not respond") + ", " + baseline.slowest()
                        + " ms before")
                .orElse("");
        return List.of(result(cut, slowest), result(stop, ""), result(rejoin, ""));
    }

    private CheckResult result(Step step, String more) {
        String skipped = members.stream()
                .map(Droplet::name)
                .filter(name ->
                        step.statistics().stream().noneMatch(t -> t.server().equals(name)))
                .collect(Collectors.joining(", "));
        String detail = describeRequests(step.statistics()) + more;
        return CheckResult.of(step.id(), step.property(), detail, step.failures())
                .skippedAfter(skipped);
    }

    /**
     * Describes the requests, as in "270 of 270 requests found their session: 30 sessions on each of 3 droplets, 3
     * servers one after another".
     */
    private String describeRequests(List<DrillStatistics> statistics) {
        if (statistics.isEmpty()) {
            return "no session was requested";
        }
        int kept = statistics.stream().mapToInt(DrillStatistics::found).sum();
        int all = statistics.stream().mapToInt(DrillStatistics::requests).sum();
        int sessions = statistics.get(0).sessions();
        int where = statistics.get(0).requests() / Math.max(1, sessions);
        int droplets = context.spec().droplets().size();
        return kept + " of " + all + " requests found their session: " + sessions + " sessions on "
                + (where < droplets
                        ? where + " of " + droplets + " droplets each"
                        : "each of " + droplets + " droplets")
                + ", " + statistics.size() + " servers one after another";
    }
}
