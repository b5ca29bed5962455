package sessionctl.fleet;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import sessionctl.apply.ConfirmOrRevert;
import sessionctl.apply.DropletLock;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Invocation;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.FirewallProbe;
import sessionctl.facts.ReadinessProbe;
import sessionctl.facts.SightingProbe;
import sessionctl.facts.UnreadableFact;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;
import sessionctl.state.Actual;
import sessionctl.state.ActualFirewall;
import sessionctl.state.LoggedRun;
import sessionctl.state.Readiness;
import sessionctl.state.Sighting;
import sessionctl.verify.Cell;
import sessionctl.verify.Cells;
import sessionctl.verify.Outside;
import sessionctl.verify.PortMatrix;

/** Many droplets side by side, one connection each, kept for the whole run. */
public final class Fleet implements AutoCloseable {
    /** A server that is only slow must not be taken for one that is gone. */
    private static final int REMOVED_SECONDS = 4;

    private final Shells shells;
    private final Progress progress;
    private final Invocation invocation;
    private final ExecutorService threads;
    private final Outside outside;
    private final Map<Droplet, Shell> open = new ConcurrentHashMap<>();

    /** Those that could not be reached when they were looked at last. */
    private final Set<Droplet> unreached = ConcurrentHashMap.newKeySet();

    /**
     * A fleet that nothing is known of yet.
     *
     * @param concurrency how many droplets are worked on at once
     */
    public Fleet(Shells shells, int concurrency, Progress progress) {
        this(shells, concurrency, progress, Invocation.USUAL);
    }

    /**
     * A fleet that nothing is known of yet.
     *
     * @param concurrency how many droplets are worked on at once
     * @param invocation how sessionctl was called
     */
    public Fleet(Shells shells, int concurrency, Progress progress, Invocation invocation) {
        this(shells, concurrency, progress, invocation, Outside.NETWORK);
    }

    /**
     * A fleet that nothing is known of yet.
     *
     * @param concurrency how many droplets are worked on at once
     * @param invocation how sessionctl was called
     * @param outside how this machine tries the droplets' ports
     */
    public Fleet(Shells shells, int concurrency, Progress progress, Invocation invocation, Outside outside) {
        this.outside = outside;
        this.shells = shells;
        this.invocation = invocation;
        this.progress = progress;
        this.threads = Executors.newFixedThreadPool(concurrency, work -> {
            Thread thread = new Thread(work, "droplet");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A question for a droplet, and how its answer is read. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(Shell shell) throws SshFailure, UnreadableFact;
    }

    /** Gathers the facts of all these droplets, one exec each. */
    public Map<Droplet, Look<Actual>> look(List<Droplet> droplets) {
        return onAll(droplets, droplet -> ask(droplet, s -> FactsProbe.parse(s.run(FactsProbe.command()))));
    }

    /** Reads the packet filters of all these droplets, one exec each. */
    public Map<Droplet, Look<ActualFirewall>> firewalls(List<Droplet> droplets) {
        return onAll(droplets, droplet -> ask(droplet, s -> FirewallProbe.parse(s.run(FirewallProbe.command()))));
    }

    /** Looks at all these droplets with this question of {@link SightingProbe} for each, one exec each. */
    public Map<Droplet, Look<Sighting>> sight(List<Droplet> droplets, Function<Droplet, Command> question) {
        return onAll(
                droplets,
                droplet -> ask(droplet, shell -> {
                    long sent = System.currentTimeMillis();
                    CommandResult answer = shell.run(question.apply(droplet));
                    return SightingProbe.parse(answer, sent, System.currentTimeMillis());
                }));
    }

    /**
     * Looks for what would stop a run on these droplets.
     *
     * @param lacking the packages that a droplet will need and has not
     */
    public Map<Droplet, Look<Readiness>> examine(
            List<Droplet> droplets, BiFunction<Droplet, Actual, Set<String>> lacking) {
        return onAll(
                droplets,
                droplet -> ask(droplet, shell -> {
                    long sent = System.currentTimeMillis();
                    CommandResult answer = shell.run(ReadinessProbe.command());
                    Readiness found = ReadinessProbe.parse(answer, sent, System.currentTimeMillis());
                    Set<String> packages = lacking.apply(droplet, found.actual());
                    boolean broken = !found.actual().state().broken().isEmpty();
                    return packages.isEmpty() && !broken
                            ? found
                            : found.with(ReadinessProbe.offered(shell.run(ReadinessProbe.offer(packages))));
                }));
    }

    /** Asks these droplets what an installation of these packages would meet there, one exec each. */
    public Map<Droplet, Look<Map<String, String>>> offers(Map<Droplet, Set<String>> packages) {
        return onAll(
                List.copyOf(packages.keySet()),
                droplet -> ask(
                        droplet,
                        s -> ReadinessProbe.offered(
                                s.run(ReadinessProbe.offer(packages.getOrDefault(droplet, Set.of()))))));
    }

    /** Reads who worked on these droplets, as many lines of each one's log as asked for; one exec each. */
    public Map<Droplet, Look<List<LoggedRun>>> history(List<Droplet> droplets, int lines) {
        return onAll(droplets, droplet -> ask(droplet, shell -> DropletLock.history(shell, lines)));
    }

    private <T> Look<T> ask(Droplet droplet, Question<T> question) {
        try {
            progress.begin(droplet, open.containsKey(droplet) ? "looking again" : "connecting");
            Look<T> look = new Look.Seen<>(question.ask(shell(droplet)));
            unreached.remove(droplet);
            progress.end(droplet, "looked at");
            return look;
        } catch (SshFailure e) {
            unreached.add(droplet);
            progress.end(droplet, "not reached");
            return new Look.Unreached<>(e);
        } catch (UnreadableFact e) {
            progress.end(droplet, "not understood");
            return new Look.Unreadable<>(e.sentence());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // What one droplet answers never ends the run for the others.
            progress.end(droplet, "not understood");
            return new Look.Unreadable<>(OwnFault.of(e));
        }
    }

    /**
     * Who reaches whose port: every droplet tries every other one, and this machine tries all of them. Of those that could
     * not be reached when they were looked at nothing is tested.
     *
     * @param left those that have left the cluster
     */
    public List<Cell> matrix(List<Droplet> droplets, Set<Droplet> left, int port) {
        Set<Droplet> all = new LinkedHashSet<>(droplets);
        all.addAll(
                unreached.stream().sorted(Comparator.comparing(Droplet::name)).toList());
        return matrix(List.copyOf(all), unreached, left, port);
    }

    /**
     * The same of these droplets alone.
     *
     * @param lost those of them that cannot be reached
     */
    public List<Cell> matrix(List<Droplet> droplets, Set<Droplet> lost, Set<Droplet> left, int port) {
        PortMatrix matrix = new PortMatrix(droplets, lost, left, port, outside);
        return Cells.of(onAll(
                        droplets,
                        droplet -> Cells.of(List.of(
                                matrix.outside(droplet),
                                lost.contains(droplet) ? matrix.untried(droplet) : inside(matrix, droplet))),
                        PortMatrix::unknown)
                .values());
    }

    /** Which droplets reach whose port; nothing is tried from outside, which takes seconds where a port is shut. */
    List<Cell> paths(List<Droplet> droplets, int port) {
        PortMatrix matrix = new PortMatrix(droplets, Set.of(), port);
        return Cells.of(onAll(droplets, droplet -> inside(matrix, droplet), PortMatrix::unknown)
                .values());
    }

    /**
     * The addresses at which a server answers some droplet, be it with a refusal.
     *
     * @param questions ADDRESS:PORT of the servers that each droplet is to ask
     */
    public Set<String> answering(Map<Droplet, List<String>> questions) {
        Set<String> answering = new TreeSet<>();
        onAll(
                        List.copyOf(questions.keySet()),
                        droplet -> answering(droplet, questions.getOrDefault(droplet, List.of())),
                        (droplet, why) -> Set.<String>of())
                .values()
                .forEach(answering::addAll);
        return answering;
    }

    private Set<String> answering(Droplet droplet, List<String> servers) {
        try {
            progress.begin(droplet, "asking whether removed servers still run");
            return PortMatrix.answering(shell(droplet), REMOVED_SECONDS, servers);
        } catch (SshFailure e) {
            return Set.of();
        } finally {
            progress.end(droplet, "removed servers asked");
        }
    }

    /**
     * Takes back what lost runs have changed of these droplets' packet filters and nobody will confirm any more.
     *
     * @return those where that was not possible
     */
    public List<Droplet> settle(List<Droplet> droplets) {
        return onAll(droplets, this::settled, (droplet, why) -> false).entrySet().stream()
                .filter(e -> !e.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean settled(Droplet droplet) {
        progress.begin(droplet, "taking back what a lost run has changed");
        boolean settled;
        try {
            settled = ConfirmOrRevert.settle(shell(droplet));
        } catch (SshFailure e) {
            settled = false;
        }
        progress.end(droplet, settled ? "has the rules from before that run" : "failed");
        return settled;
    }

    private List<Cell> inside(PortMatrix matrix, Droplet droplet) {
        try {
            progress.begin(droplet, "knocking at every port");
            return matrix.from(droplet, shell(droplet));
        } catch (SshFailure e) {
            return PortMatrix.unknown(droplet, e.sentence());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return PortMatrix.unknown(droplet, OwnFault.of(e));
        } finally {
            progress.end(droplet, "knocked at every port");
        }
    }

    /** The one connection to a droplet. */
    Shell shell(Droplet droplet) throws SshFailure {
        Shell shell = open.get(droplet);
        if (shell == null) {
            shell = shells.open(droplet);
            open.put(droplet, shell);
        }
        return shell;
    }

    /** Ends the connection to a droplet that was lost; whoever needs it next opens another. */
    public void forget(Droplet droplet) {
        Shell shell = open.remove(droplet);
        if (shell != null) {
            shell.close();
        }
    }

    /** How sessionctl was called. */
    public Invocation invocation() {
        return invocation;
    }

    Shells shells() {
        return shells;
    }

    Progress progress() {
        return progress;
    }

    /**
     * Does something for every droplet, as many at once as the fleet's concurrency; the order of the results is kept. What
     * goes wrong with one droplet is that droplet's result.
     *
     * @param failed makes a result of the sentence that tells why there is no other
     */
    <T> Map<Droplet, T> onAll(
            List<Droplet> droplets, Function<Droplet, T> work, BiFunction<Droplet, String, T> failed) {
        return onAll(droplets, droplet -> {
            try {
                return work.apply(droplet);
            } catch (Ground.Ended e) {
                throw e; // no droplet's fault
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                return failed.apply(droplet, OwnFault.of(e));
            }
        });
    }

    /** Does something that throws nothing for every droplet. */
    <T> Map<Droplet, T> onAll(List<Droplet> droplets, Function<Droplet, T> work) {
        Map<Droplet, Future<T>> running = new LinkedHashMap<>();
        for (Droplet droplet : droplets) {
            Callable<T> task = () -> work.apply(droplet);
            running.put(droplet, threads.submit(task));
        }
        // Everybody finishes before the first error is thrown: closing the fleet would cut the others off.
        running.values().forEach(Fleet::settled);
        Map<Droplet, T> results = new LinkedHashMap<>();
        running.forEach((droplet, future) -> results.put(droplet, result(future)));
        return results;
    }

    private static void settled(Future<?> future) {
        try {
            future.get();
        } catch (ExecutionException e) {
            // Thrown again where the result is asked for.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted from within", e);
        }
    }

    /** Ends every connection at once; what runs on a droplet goes on there. */
    @Override
    public void close() {
        threads.shutdownNow();
        open.values().forEach(Shell::close);
        progress.clear();
    }
}
