package sessionctl.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.InternalFailure;
import sessionctl.fleet.RunAbortedException;
import sessionctl.inventory.Droplet;
import sessionctl.ports.PortProbe;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;
import sessionctl.state.DropletFacts;
import sessionctl.verify.http.HttpFailure;
import sessionctl.verify.http.PhpSettings;
import sessionctl.verify.http.ProbeClient;
import sessionctl.verify.http.ProbeResponse;

/**
 * The state that the checks of one verification share: the droplets, their connections, and the sessions to delete
 * afterwards.
 */
final class VerificationContext {
    /** The exit code that stands for a droplet that did not answer. */
    static final int NO_ANSWER = 255;

    /** The result that stands for the answer of a lost droplet. */
    static final CommandResult LOST = new CommandResult(NO_ANSWER, "", "");

    private final Fleet fleet;
    private final VerificationSpec spec;
    private final ProbeClient web;
    private final Map<Droplet, DropletFacts> factsByDroplet;
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> slowest = new ConcurrentHashMap<>();
    private final List<CheckFailure> lostDroplets = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger steps = new AtomicInteger();
    private volatile boolean stopped;

    VerificationContext(Fleet fleet, VerificationSpec spec, Map<Droplet, DropletFacts> facts) {
        this.fleet = fleet;
        this.spec = spec;
        this.web = new ProbeClient(spec.site(), spec::page);
        this.factsByDroplet = new LinkedHashMap<>(facts);
    }

    VerificationSpec spec() {
        return spec;
    }

    ProbeClient web() {
        return web;
    }

    DropletFacts facts(Droplet droplet) {
        return Objects.requireNonNull(factsByDroplet.get(droplet), () -> droplet + " was not inspected");
    }

    /**
     * Runs work on several droplets in parallel. A droplet whose work throws is recorded as lost.
     *
     * @throws RunAbortedException if the run was stopped or a droplet was lost
     */
    <T> Map<Droplet, T> onAll(List<Droplet> droplets, Function<Droplet, T> work) {
        Map<Droplet, T> results = fleet.onAll(droplets, work, (droplet, why) -> {
            recordLost(droplet, why);
            throw new RunAbortedException();
        });
        checkNotAborted();
        return results;
    }

    /**
     * Sends a request to several droplets in parallel.
     *
     * @param failures gets the failed requests, in the order of the droplets
     * @return the other answers
     * @throws RunAbortedException if the run was stopped or a droplet was lost
     */
    <T> Map<Droplet, T> request(List<Droplet> droplets, Request<T> request, List<CheckFailure> failures) {
        Map<Droplet, CheckFailure> failed = new ConcurrentHashMap<>();
        Map<Droplet, Optional<T>> results = onAll(droplets, droplet -> {
            try {
                return Optional.of(request.send(droplet));
            } catch (HttpFailure e) {
                failed.put(droplet, new CheckFailure(droplet.name(), e));
                return Optional.empty();
            }
        });
        Map<Droplet, T> answers = new LinkedHashMap<>();
        results.forEach((droplet, result) -> result.ifPresent(answer -> answers.put(droplet, answer)));
        droplets.stream().flatMap(d -> Stream.ofNullable(failed.get(d))).forEach(failures::add);
        return answers;
    }

    /** Adds to failed connections what drops or refuses them. */
    List<PortProbe> explain(List<PortProbe> probes, Predicate<PortProbe> wanted) {
        return fleet.explain(probes, spec.droplets(), spec.port(), wanted);
    }

    void stop() {
        stopped = true;
    }

    /** Throws {@link RunAbortedException} if the run was stopped or a droplet was lost. */
    void checkNotAborted() {
        if (stopped || !lostDroplets.isEmpty()) {
            throw new RunAbortedException();
        }
    }

    List<CheckFailure> lostDroplets() {
        synchronized (lostDroplets) {
            return List.copyOf(lostDroplets);
        }
    }

    Set<String> sessions() {
        return sessions;
    }

    long slowest(Droplet droplet) {
        return slowest.getOrDefault(droplet.name(), 0L);
    }

    void showProgress(Droplet droplet, String what) {
        fleet.progress().end(droplet, what);
    }

    void begin(Droplet droplet, String what) {
        fleet.progress().begin(droplet, what);
    }

    /** Returns a shell for a droplet. A lost connection shows in the result's exit code, as with {@link #run}. */
    Shell shell(Droplet droplet) {
        return new Shell() {
            @Override
            public CommandResult run(Command command) {
                return VerificationContext.this.run(droplet, command);
            }

            @Override
            public void close() {}
        };
    }

    /** Runs a command on a droplet. If the connection fails, records the droplet as lost and returns {@link #LOST}. */
    CommandResult run(Droplet droplet, Command command) {
        try {
            return fleet.shell(droplet).run(command);
        } catch (SshFailure e) {
            recordLost(droplet, e.sentence());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            recordLost(droplet, InternalFailure.of(e));
        }
        return LOST;
    }

    /** Returns those of these sessions that are on the servers, by the droplet's name: value by session id. */
    Map<String, Map<String, String>> readReplicas(List<Droplet> servers, List<String> ids) {
        Map<String, Map<String, String>> held = new LinkedHashMap<>();
        onAll(servers, server -> {
                    String address = server.privateIp().text();
                    return SessionReplicas.read(
                            run(server, SessionReplicas.readCommand(address, spec.port(), ids)), ids);
                })
                .forEach((server, found) -> held.put(server.name(), found));
        return held;
    }

    private void recordLost(Droplet droplet, String why) {
        lostDroplets.add(new CheckFailure(droplet.name(), why, ""));
        // The commands that restore the droplet use a new connection.
        fleet.closeShell(droplet);
    }

    /** Returns the settings that PHP on a droplet uses. */
    PhpSettings settings(Droplet droplet) throws HttpFailure {
        return send(droplet, web::readSettings);
    }

    /** A request to a droplet's web server. */
    interface Request<T> {
        T send(Droplet droplet) throws HttpFailure;
    }

    /** Sends a request. Reports an answer that makes the parser throw as a failed request. */
    private static <T> T send(Droplet droplet, Request<T> request) throws HttpFailure {
        try {
            return request.send(droplet);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new HttpFailure(InternalFailure.of(e), "");
        }
    }

    /**
     * Sends a user's next request.
     *
     * @param cookie the session's cookie; empty for the first request
     */
    ProbeResponse count(Droplet droplet, String cookie) throws HttpFailure {
        checkNotAborted();
        ProbeResponse visit = send(droplet, d -> web.count(d, cookie, steps.incrementAndGet()));
        if (!visit.id().isEmpty()) {
            sessions.add(visit.id());
        }
        slowest.merge(droplet.name(), visit.millis(), Math::max);
        return visit;
    }
}
