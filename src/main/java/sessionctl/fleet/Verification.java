package sessionctl.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.SshFailure;
import sessionctl.state.Actual;
import sessionctl.verify.Case;
import sessionctl.verify.Finding;
import sessionctl.verify.Proof;

/**
 * One run of verify: a page is put up on every droplet, every promise is tried with it, and it is taken away, whatever
 * happens. A droplet that nobody can tell to do so takes it away by itself.
 */
public final class Verification {
    private static final int NOT_ALLOWED = 13;
    private static final int TAKEN = 15;
    private static final int NO_FOLDER = 20;
    private static final String FIRST = "what is broken or was not tried above comes first";
    private static final int USUAL_SECONDS = 300;
    private static final int DRILL_SECONDS = 30;

    private final Fleet fleet;
    private final Trial trial;
    private final int drillSeconds;
    private final List<Case> cases = new ArrayList<>();
    private final List<Finding> unreached = new ArrayList<>();
    private volatile @Nullable Ground ground;
    private final List<Proof.Uses> uses = new ArrayList<>();
    private @Nullable ServerTries servers;
    private volatile boolean stopped;
    private volatile boolean drilled;

    /**
     * A run that has not begun.
     *
     * @param drillSeconds after which a droplet ends a drill with its memcached by itself; 0 for no drill
     */
    public Verification(Fleet fleet, Trial trial, int drillSeconds) {
        this.fleet = fleet;
        this.trial = trial;
        this.drillSeconds = drillSeconds;
    }

    /** Ends it before its next try. Safe from any thread. */
    public void stop() {
        stopped = true;
        Ground running = ground;
        if (running != null) {
            running.stop();
        }
    }

    /** Whether anything of it may be on the droplets. */
    public boolean begun() {
        return ground != null;
    }

    /** Whether the drill began. */
    public boolean drilled() {
        return drilled;
    }

    /** Whether it was ended early. */
    public boolean stopped() {
        return stopped;
    }

    /** Seconds after which a droplet takes the probe page away by itself. */
    public int pageSeconds() {
        return USUAL_SECONDS
                + (drills() ? (DRILL_SECONDS + drillSeconds) * trial.droplets().size() : 0);
    }

    private boolean drills() {
        return drillSeconds > 0;
    }

    /**
     * Tries everything.
     *
     * @param lost whether a droplet is another run's meanwhile; asked before each memcached that is stopped
     */
    public Proof run(Predicate<Droplet> lost) {
        Map<Droplet, Actual> actuals = look();
        if (unreached.isEmpty() && !stopped) {
            Ground begun = new Ground(fleet, trial, actuals);
            ground = begun;
            if (stopped) {
                begun.stop();
            }
            try {
                tries(begun, lost);
            } catch (Ground.Ended e) {
                unreached.addAll(begun.lost());
                String why = stopped ? "interrupted" : "a droplet was lost on the way";
                cases.add(Case.notTried("rest", "every other promise", why));
            } finally {
                clear(begun);
            }
        }
        return new Proof(
                trial.cluster().name(),
                trial.droplets().stream().map(Droplet::name).toList(),
                cases.stream().map(c -> c.told(fleet.invocation())).toList(),
                unreached.stream().map(f -> f.told(fleet.invocation())).toList(),
                uses,
                servers == null ? null : servers.found());
    }

    private Map<Droplet, Actual> look() {
        Map<Droplet, Actual> actuals = new LinkedHashMap<>();
        fleet.look(trial.droplets()).forEach((droplet, look) -> {
            if (look instanceof Look.Seen<Actual> seen) {
                actuals.put(droplet, seen.actual());
            } else if (look instanceof Look.Unreached<Actual> lost) {
                unreached.add(new Finding(
                        droplet.name(),
                        lost.failure().sentence(),
                        lost.failure().kind() == SshFailure.Kind.UNREACHABLE ? withoutIt() : ""));
            } else if (look instanceof Look.Unreadable<Actual> strange) {
                unreached.add(new Finding(droplet.name(), strange.why(), ""));
            }
        });
        return actuals;
    }

    /** What ends the waiting for a droplet that is down. */
    private String withoutIt() {
        return "if it does not come back, set \"leaving: true\" for it in "
                + fleet.invocation().file()
                + " or give its name a new address, then run: {sessionctl provision} && {sessionctl firewall}";
    }

    private void tries(Ground begun, Predicate<Droplet> lost) {
        Case page = page(begun);
        if (!page.findings().isEmpty()) {
            cases.add(page);
            return;
        }
        WebTries visitor = new WebTries(begun);
        ServerTries server = new ServerTries(begun, visitor);
        servers = server;
        cases.add(visitor.web());
        cases.add(server.memcached());
        cases.add(server.network());
        cases.add(visitor.settings());
        cases.add(visitor.shared().butNotTried(visitor.silent()));
        cases.add(server.copies().butNotTried(visitor.silent()));
        cases.add(
                whole()
                        ? server.fallback()
                        : Case.notTried("fallback", "a server that lacks a session loses it for nobody", FIRST));
        uses.addAll(visitor.uses());
        if (drills()) {
            cases.addAll(drilled(begun, lost));
            begun.goOn();
        }
    }

    private boolean whole() {
        return cases.stream().allMatch(c -> c.result() == Case.Result.KEPT);
    }

    /** A cluster that is not whole could lose sessions by it. */
    private List<Case> drilled(Ground begun, Predicate<Droplet> lost) {
        if (!whole()) {
            return Drill.refused("the drill was not begun: " + FIRST);
        }
        Drill drilling = new Drill(begun, drillSeconds);
        List<Finding> forbidden = drilling.forbidden();
        drilled = forbidden.isEmpty();
        return drilled
                ? drilling.run(lost)
                : List.of(Case.of("drill", "the cluster is fit for a drill", "the drill was not begun", forbidden));
    }

    private Case page(Ground begun) {
        List<Finding> findings = new ArrayList<>();
        begun.onAll(
                        trial.droplets(),
                        droplet -> {
                            begun.begin(droplet, "putting the probe page up");
                            return begun.run(droplet, trial.page(droplet).up(trial.site(), pageSeconds()));
                        },
                        droplet -> Ground.LOST)
                .forEach((droplet, result) -> {
                    if (!result.ok()) {
                        findings.add(refused(droplet, result));
                    }
                });
        return Case.of("page", "every droplet takes the probe page", "", findings);
    }

    private Finding refused(Droplet droplet, CommandResult result) {
        if (result.exit() == NO_FOLDER) {
            String folder = trial.site().root() + trial.site().folder();
            return new Finding(
                    droplet.name(),
                    "it has no folder " + folder + " to put the probe page into",
                    "name the folder that the web server serves with --docroot, and the site's below it with --path");
        }
        String where =
                result.stderr().lines().findFirst().map(line -> " into " + line).orElse("");
        return switch (result.exit()) {
            case TAKEN ->
                new Finding(
                        droplet.name(),
                        "a file with the probe page's secret name is there already" + where,
                        "see which user made it, and whether that user reads what root does: ls -l");
            case NOT_ALLOWED ->
                new Finding(
                        droplet.name(),
                        "the probe page cannot be written" + where + "; it is written as the owner of that folder",
                        "give the folder to a user who may write there, or name another with --docroot");
            default ->
                new Finding(
                        droplet.name(),
                        "the probe page could not be written" + where + " (exit " + result.exit() + ")",
                        "see whether its disk is full or read-only: df -h");
        };
    }

    private void clear(Ground begun) {
        List<String> sessions = List.copyOf(begun.sessions());
        Map<Droplet, CommandResult> results = fleet.onAll(
                trial.droplets(),
                droplet -> {
                    begun.begin(droplet, "taking the probe page away");
                    CommandResult result = begun.run(
                            droplet,
                            trial.page(droplet).down(droplet.privateIp().text(), trial.port(), sessions));
                    begun.tell(droplet, result.ok() ? "the probe page is gone" : "the probe page is still there");
                    return result;
                },
                (droplet, why) -> Ground.LOST);
        List<Finding> left = results.entrySet().stream()
                .filter(e -> !e.getValue().ok())
                .map(e -> new Finding(
                        e.getKey().name(),
                        "the probe page could not be taken away "
                                + e.getValue().stdout().strip(),
                        "it does so by itself within " + pageSeconds() + " s; nobody can use it until then"))
                .collect(Collectors.toList());
        if (!left.isEmpty()) {
            cases.add(Case.of("cleared", "nothing of this run is left", "", left));
        }
    }
}
