package sessionctl.fleet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;
import sessionctl.state.Actual;
import sessionctl.verify.Finding;
import sessionctl.verify.Settings;
import sessionctl.verify.Visit;
import sessionctl.verify.Web;
import sessionctl.verify.WebFailure;

/** What the tries of one verification share: the droplets, the way to them, and what must be cleared away afterwards. */
final class Ground {
    /** Said where a droplet could not be asked. */
    static final int NOT_ASKED = 255;

    /** The answer of a droplet that was lost. */
    static final CommandResult LOST = new CommandResult(NOT_ASKED, "", "");

    private final Fleet fleet;
    private final Trial trial;
    private final Web web;
    private final Map<Droplet, Actual> actuals;
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> slowest = new ConcurrentHashMap<>();
    private final List<Finding> lost = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger steps = new AtomicInteger();
    private volatile boolean stopped;

    Ground(Fleet fleet, Trial trial, Map<Droplet, Actual> actuals) {
        this.fleet = fleet;
        this.trial = trial;
        this.web = new Web(trial.site(), trial::page);
        this.actuals = new LinkedHashMap<>(actuals);
    }

    /** Ends a verification between two tries: it was interrupted, or a droplet was lost. */
    static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    Trial trial() {
        return trial;
    }

    Web web() {
        return web;
    }

    Actual actual(Droplet droplet) {
        Actual actual = actuals.get(droplet);
        if (actual == null) {
            throw new IllegalArgumentException(droplet + " was not looked at");
        }
        return actual;
    }

    /**
     * Does something for every droplet. One with which that goes wrong is lost.
     *
     * @param failed what takes the place of its result
     */
    <T> Map<Droplet, T> onAll(List<Droplet> droplets, Function<Droplet, T> work, Function<Droplet, T> failed) {
        try {
            Map<Droplet, T> results = fleet.onAll(droplets, work, (droplet, why) -> {
                lose(droplet, why);
                return failed.apply(droplet);
            });
            goOn();
            return results;
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof Ended ended) {
                throw ended;
            }
            throw e;
        }
    }

    void stop() {
        stopped = true;
    }

    /** Throws when there is nothing to go on with. */
    void goOn() {
        if (stopped || !lost.isEmpty()) {
            throw new Ended();
        }
    }

    List<Finding> lost() {
        synchronized (lost) {
            return List.copyOf(lost);
        }
    }

    Set<String> sessions() {
        return sessions;
    }

    long slowest(Droplet droplet) {
        return slowest.getOrDefault(droplet.name(), 0L);
    }

    void tell(Droplet droplet, String what) {
        fleet.progress().end(droplet, what);
    }

    void begin(Droplet droplet, String what) {
        fleet.progress().begin(droplet, what);
    }

    /** The way to a droplet for those who ask it themselves; one that was lost says so at the first question. */
    Shell shell(Droplet droplet) {
        return new Shell() {
            @Override
            public CommandResult run(Command command) {
                return Ground.this.run(droplet, command);
            }

            @Override
            public void close() {}
        };
    }

    /** Runs a command on a droplet; where it is lost, that is remembered, and the result says so by its exit code. */
    CommandResult run(Droplet droplet, Command command) {
        return ask(droplet, command, result -> result, LOST);
    }

    /**
     * Runs a command on a droplet and reads its answer.
     *
     * @param otherwise what takes its place where the droplet is lost, or its answer cannot be read, which is the same
     */
    <T> T ask(Droplet droplet, Command command, Function<CommandResult, T> reader, T otherwise) {
        try {
            return reader.apply(fleet.shell(droplet).run(command));
        } catch (SshFailure e) {
            lose(droplet, e.sentence());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            lose(droplet, OwnFault.of(e));
        }
        return otherwise;
    }

    private void lose(Droplet droplet, String why) {
        lost.add(new Finding(droplet.name(), why, ""));
        // What is to be put back there goes over another connection.
        fleet.forget(droplet);
    }

    /** What PHP on a droplet really uses. */
    Settings settings(Droplet droplet) throws WebFailure {
        return requested(() -> web.settings(droplet));
    }

    private interface Request<T> {
        T answer() throws WebFailure;
    }

    /** An answer that nothing was prepared for is none. */
    private static <T> T requested(Request<T> request) throws WebFailure {
        try {
            return request.answer();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new WebFailure(OwnFault.of(e), "");
        }
    }

    /** One more request of a visitor; with an empty cookie, the first. */
    Visit count(Droplet droplet, String cookie) throws WebFailure {
        goOn();
        Visit visit = requested(() -> web.count(droplet, cookie, steps.incrementAndGet()));
        if (!visit.id().isEmpty()) {
            sessions.add(visit.id());
        }
        slowest.merge(droplet.name(), visit.millis(), Math::max);
        return visit;
    }
}
