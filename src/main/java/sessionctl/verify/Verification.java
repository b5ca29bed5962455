package sessionctl.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.command.CommandResult;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.ProbeResult;
import sessionctl.fleet.RunAbortedException;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.SshFailure;
import sessionctl.state.DropletFacts;

/**
 * One run of {@code verify}: installs a probe page on every droplet, runs the checks, and always removes the page. If
 * the connection to a droplet is lost, the droplet removes the page on a timer.
 */
public final class Verification {
    private static final int NOT_ALLOWED = 13;
    private static final int NAME_TAKEN = 15;
    private static final int NO_FOLDER = 20;
    private static final String FIX_FIRST = "fix the failures above first";
    private static final int PAGE_SECONDS = 300;
    private static final int DRILL_SECONDS = 30;

    private final Fleet fleet;
    private final VerificationSpec spec;
    private final int drillSeconds;
    private final List<CheckResult> checks = new ArrayList<>();
    private final List<CheckFailure> unreached = new ArrayList<>();
    private volatile @Nullable VerificationContext context;
    private final List<VerificationResult.PhpUse> uses = new ArrayList<>();
    private @Nullable MemcachedChecks servers;
    private volatile boolean stopped;
    private volatile boolean drilled;

    /**
     * A run that has not begun.
     *
     * @param drillSeconds the time after which a droplet ends a drill of its memcached by itself; 0 for no drill
     */
    public Verification(Fleet fleet, VerificationSpec spec, int drillSeconds) {
        this.fleet = fleet;
        this.spec = spec;
        this.drillSeconds = drillSeconds;
    }

    /** Ends the run before its next check. Safe from any thread. */
    public void stop() {
        stopped = true;
        VerificationContext running = context;
        if (running != null) {
            running.stop();
        }
    }

    /** Returns true if the run may have changed the droplets. */
    public boolean hasStarted() {
        return context != null;
    }

    /** Returns true if the drill began. */
    public boolean drilled() {
        return drilled;
    }

    /** Returns true if {@link #stop} was called. */
    public boolean stopped() {
        return stopped;
    }

    /** The time after which a droplet removes the probe page by itself, in seconds. */
    public int pageSeconds() {
        return PAGE_SECONDS
                + (hasDrill() ? (DRILL_SECONDS + drillSeconds) * spec.droplets().size() : 0);
    }

    private boolean hasDrill() {
        return drillSeconds > 0;
    }

    /**
     * Runs all checks, and the drill if one was requested.
     *
     * @param isLost returns true if another run holds the droplet's lease by now; called before each memcached that is
     *     stopped
     */
    public VerificationResult run(Predicate<Droplet> isLost) {
        Map<Droplet, DropletFacts> facts = inspect();
        if (unreached.isEmpty() && !stopped) {
            VerificationContext running = new VerificationContext(fleet, spec, facts);
            context = running;
            if (stopped) {
                running.stop();
            }
            try {
                runChecks(running, isLost);
            } catch (RunAbortedException e) {
                unreached.addAll(running.lostDroplets());
                String why = stopped ? "interrupted" : "the connection to a droplet was lost";
                checks.add(CheckResult.skipped("rest", "all other checks", why));
            } finally {
                removePage(running);
            }
        }
        return new VerificationResult(
                spec.cluster().name(),
                spec.droplets().stream().map(Droplet::name).toList(),
                checks.stream().map(c -> c.withCommandsOf(fleet.invocation())).toList(),
                unreached.stream()
                        .map(f -> f.withCommandsOf(fleet.invocation()))
                        .toList(),
                uses,
                servers == null ? null : servers.replicas());
    }

    private Map<Droplet, DropletFacts> inspect() {
        Map<Droplet, ProbeResult<DropletFacts>> answers = fleet.inspect(spec.droplets());
        answers.forEach((droplet, answer) -> unreached.addAll(answer.fold(
                facts -> List.of(),
                failure -> List.of(new CheckFailure(
                        droplet.name(),
                        failure.sentence(),
                        failure.kind() == SshFailure.Kind.UNREACHABLE ? remedyIfDown(droplet) : "")),
                why -> List.of(new CheckFailure(droplet.name(), why, "")))));
        return ProbeResult.answered(answers);
    }

    /** Returns the remedy that ends the waiting for a droplet that is down. */
    private String remedyIfDown(Droplet droplet) {
        return "if it does not come back, remove or replace it: "
                + fleet.invocation().command(List.of("remove", droplet.name()), "--dead");
    }

    private void runChecks(VerificationContext running, Predicate<Droplet> isLost) {
        CheckResult page = deployPage(running);
        if (!page.failures().isEmpty()) {
            checks.add(page);
            return;
        }
        HttpChecks http = new HttpChecks(running);
        MemcachedChecks memcached = new MemcachedChecks(running, http);
        servers = memcached;
        checks.add(http.checkPages());
        checks.add(memcached.checkServers());
        checks.add(memcached.checkConnections());
        checks.add(http.checkSettings());
        checks.add(http.checkSharing().skippedAfter(http.notServing()));
        checks.add(memcached.checkReplicas().skippedAfter(http.notServing()));
        checks.add(
                allPassed()
                        ? memcached.checkFallback()
                        : CheckResult.skipped("fallback", "an empty server does not destroy sessions", FIX_FIRST));
        uses.addAll(http.phpInUse());
        if (hasDrill()) {
            checks.addAll(runDrill(running, isLost));
            running.checkNotAborted();
        }
    }

    private boolean allPassed() {
        return checks.stream().allMatch(c -> c.result() == CheckResult.Result.PASSED);
    }

    /** Runs the drill. Refuses it if a check failed, because a drill of an incomplete cluster could lose sessions. */
    private List<CheckResult> runDrill(VerificationContext running, Predicate<Droplet> isLost) {
        Drill drill = new Drill(running, drillSeconds);
        if (!allPassed()) {
            return drill.skipped(FIX_FIRST);
        }
        List<CheckFailure> obstacles = drill.findObstacles();
        drilled = obstacles.isEmpty();
        return drilled
                ? drill.run(isLost)
                : List.of(CheckResult.of(
                        "drill", "the cluster is fit for a drill", "the drill was not started", obstacles));
    }

    private CheckResult deployPage(VerificationContext running) {
        List<CheckFailure> findings = new ArrayList<>();
        running.onAll(spec.droplets(), droplet -> {
                    running.begin(droplet, "deploying the probe page");
                    return running.run(droplet, spec.page(droplet).deployCommand(spec.site(), pageSeconds()));
                })
                .forEach((droplet, result) -> {
                    if (!result.ok()) {
                        findings.add(deployFailure(droplet, result));
                    }
                });
        return CheckResult.of("page", "every droplet accepts the probe page", "", findings);
    }

    private CheckFailure deployFailure(Droplet droplet, CommandResult result) {
        if (result.exit() == NO_FOLDER) {
            String folder = spec.site().root() + spec.site().folder();
            return new CheckFailure(
                    droplet.name(),
                    "it has no folder " + folder + " for the probe page",
                    "name the folder that the web server serves with --docroot, and the site's subfolder with --path");
        }
        String where =
                result.stderr().lines().findFirst().map(line -> " into " + line).orElse("");
        return switch (result.exit()) {
            case NAME_TAKEN ->
                new CheckFailure(
                        droplet.name(),
                        "a file with the probe page's secret name already exists" + where,
                        "check which user created it, and whether that user can read root's files: ls -l");
            case NOT_ALLOWED ->
                new CheckFailure(
                        droplet.name(),
                        "the probe page cannot be written" + where + "; it is written as the owner of that folder",
                        "make a user who may write there the owner, or name another folder with --docroot");
            default ->
                new CheckFailure(
                        droplet.name(),
                        "the probe page could not be written" + where + " (exit " + result.exit() + ")",
                        "check whether its disk is full or read-only: df -h");
        };
    }

    private void removePage(VerificationContext running) {
        List<String> sessions = List.copyOf(running.sessions());
        Map<Droplet, CommandResult> results = fleet.onAll(
                spec.droplets(),
                droplet -> {
                    running.begin(droplet, "removing the probe page");
                    CommandResult result = running.run(
                            droplet,
                            spec.page(droplet).removeCommand(droplet.privateIp().text(), spec.port(), sessions));
                    running.showProgress(
                            droplet, result.ok() ? "the probe page is removed" : "the probe page is still there");
                    return result;
                },
                (droplet, why) -> VerificationContext.LOST);
        List<CheckFailure> left = results.entrySet().stream()
                .filter(e -> !e.getValue().ok())
                .map(e -> new CheckFailure(
                        e.getKey().name(),
                        "the probe page could not be removed "
                                + e.getValue().stdout().strip(),
                        "the droplet removes it within " + pageSeconds()
                                + " s; without its secret it answers 404 until then"))
                .collect(Collectors.toList());
        if (!left.isEmpty()) {
            checks.add(CheckResult.of("cleared", "the probe page is removed from every droplet", "", left));
        }
    }
}
