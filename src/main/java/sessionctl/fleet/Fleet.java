package sessionctl.fleet;

import java.time.Duration;
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
import java.util.function.Predicate;
import sessionctl.apply.ConfirmOrRevert;
import sessionctl.apply.DropletLease;
import sessionctl.command.Command;
import sessionctl.command.Invocation;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.facts.PreflightProbe;
import sessionctl.facts.StatusProbe;
import sessionctl.inventory.Droplet;
import sessionctl.ports.OutsideHost;
import sessionctl.ports.PortMatrix;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortProbes;
import sessionctl.ports.PortTraces;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;
import sessionctl.state.DropletFacts;
import sessionctl.state.PhpSelection;
import sessionctl.state.PreflightFacts;
import sessionctl.state.RunLogEntry;
import sessionctl.state.StatusFacts;

/** Many droplets in parallel, with one connection for each, kept for the complete run. */
public final class Fleet implements AutoCloseable {
    /** The timeout for a removed server: a slow one must not pass for a stopped one. */
    private static final int REMOVED_SECONDS = 4;

    private final Shells shells;
    private final Progress progress;
    private final Invocation invocation;
    private final int concurrency;
    private final ExecutorService threads;
    private final OutsideHost outside;
    private final Map<Droplet, Shell> openShells = new ConcurrentHashMap<>();

    /** A lock per droplet, held while a connection to it is opened. */
    private final Map<Droplet, Object> opening = new ConcurrentHashMap<>();

    private volatile Command question = FactsProbe.command();
    private volatile PhpSelection php = PhpSelection.ANY;

    /** Droplets that the last probe could not reach. */
    private final Set<Droplet> unreached = ConcurrentHashMap.newKeySet();

    /** Creates a fleet without connections, which works on that many droplets at once. */
    public Fleet(Shells shells, int concurrency, Progress progress) {
        this(shells, concurrency, progress, Invocation.DEFAULT_FILE);
    }

    /** Creates a fleet without connections, for the command line of this run. */
    public Fleet(Shells shells, int concurrency, Progress progress, Invocation invocation) {
        this(shells, concurrency, progress, invocation, OutsideHost.NETWORK);
    }

    /**
     * Creates a fleet without connections.
     *
     * @param outside tests the droplets' ports from this machine
     */
    public Fleet(Shells shells, int concurrency, Progress progress, Invocation invocation, OutsideHost outside) {
        this.outside = outside;
        this.shells = shells;
        this.invocation = invocation;
        this.progress = progress;
        this.concurrency = concurrency;
        this.threads = Executors.newFixedThreadPool(concurrency, DaemonThreads.named("droplet"));
    }

    /** A probe of a droplet and the parser of its answer. */
    @FunctionalInterface
    public interface Probe<T> {
        T ask(Droplet droplet, Shell shell) throws SshFailure, InvalidAnswerException;
    }

    /** Gathers the facts of all these droplets, with one command each. */
    public Map<Droplet, ProbeResult<DropletFacts>> inspect(List<Droplet> droplets) {
        return probe(droplets, (droplet, shell) -> FactsProbe.parse(shell.run(question), php));
    }

    /** Makes facts name one of these PHPs where a droplet has several. */
    public void choose(PhpSelection permitted) {
        php = permitted;
    }

    /** Makes {@link #inspect} also ask for everything of sessionctl on the droplets. */
    public void inspectInstallations() {
        question = FactsProbe.commandWithInstallation();
    }

    /** Gathers status facts of all these droplets, with a command of {@link StatusProbe} for each. */
    public Map<Droplet, ProbeResult<StatusFacts>> inspectStatus(
            List<Droplet> droplets, Function<Droplet, Command> question) {
        return probe(droplets, (droplet, shell) -> {
            long sent = System.currentTimeMillis();
            return StatusProbe.parse(shell.run(question.apply(droplet)), sent, System.currentTimeMillis(), php);
        });
    }

    /**
     * Gathers the facts that may prevent a run on these droplets.
     *
     * @param lacking returns the packages that a droplet needs and lacks
     */
    public Map<Droplet, ProbeResult<PreflightFacts>> inspectPreflight(
            List<Droplet> droplets, int port, BiFunction<Droplet, DropletFacts, Set<String>> lacking) {
        return probe(droplets, (droplet, shell) -> {
            long sent = System.currentTimeMillis();
            Command command = PreflightProbe.command(droplet.privateIp().text(), port);
            PreflightFacts found = PreflightProbe.parse(shell.run(command), sent, System.currentTimeMillis(), php);
            Set<String> packages = lacking.apply(droplet, found.facts());
            if (packages.isEmpty() && found.facts().state().halfInstalled().isEmpty()) {
                return found;
            }
            Command question = PreflightProbe.offer(packages, Duration.ZERO);
            return found.with(PreflightProbe.offered(shell.run(question)));
        });
    }

    /**
     * Asks apt on these droplets about the installation of these packages, with one command each.
     *
     * @param patience the time to wait on each droplet while another process uses apt
     */
    public Map<Droplet, ProbeResult<Map<String, String>>> askApt(
            Map<Droplet, Set<String>> packages, Duration patience) {
        return probe(
                List.copyOf(packages.keySet()),
                (droplet, shell) -> PreflightProbe.offered(
                        shell.run(PreflightProbe.offer(packages.getOrDefault(droplet, Set.of()), patience))));
    }

    /** Reads at most this number of last lines of each droplet's run log, with one command each. */
    public Map<Droplet, ProbeResult<List<RunLogEntry>>> readHistory(List<Droplet> droplets, int lines) {
        return probe(droplets, (droplet, shell) -> DropletLease.history(shell, lines));
    }

    public <T> Map<Droplet, ProbeResult<T>> probe(List<Droplet> droplets, Probe<T> probe) {
        return onAll(droplets, droplet -> runProbe(droplet, probe));
    }

    private <T> ProbeResult<T> runProbe(Droplet droplet, Probe<T> probe) {
        try {
            progress.begin(droplet, openShells.containsKey(droplet) ? "inspecting again" : "connecting");
            ProbeResult<T> answer = new ProbeResult.Answered<>(probe.ask(droplet, shell(droplet)));
            unreached.remove(droplet);
            progress.end(droplet, "inspected");
            return answer;
        } catch (SshFailure e) {
            unreached.add(droplet);
            progress.fail(droplet, "not reached");
            return new ProbeResult.Unreached<>(e);
        } catch (InvalidAnswerException e) {
            progress.fail(droplet, "not understood");
            return new ProbeResult.Unreadable<>(e.sentence());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // The answer of one droplet must not end the run for the others.
            progress.fail(droplet, "not understood");
            return new ProbeResult.Unreadable<>(InternalFailure.of(e));
        }
    }

    /**
     * Tests who reaches whose port: from every droplet to every other one, and from this machine to all of them.
     * Droplets that the last probe could not reach are not tested.
     *
     * @param left droplets that have left the cluster
     */
    public List<PortProbe> testPorts(List<Droplet> droplets, Set<Droplet> left, int port) {
        Set<Droplet> all = new LinkedHashSet<>(droplets);
        all.addAll(
                unreached.stream().sorted(Comparator.comparing(Droplet::name)).toList());
        return testPorts(List.copyOf(all), unreached, left, port);
    }

    /** Tests the ports of these droplets only. Those that are lost cannot be reached. */
    public List<PortProbe> testPorts(List<Droplet> droplets, Set<Droplet> lost, Set<Droplet> left, int port) {
        PortMatrix matrix = new PortMatrix(droplets, lost, left, port, outside);
        return PortProbes.of(onAll(
                        droplets,
                        droplet -> PortProbes.of(List.of(
                                matrix.probeFromOutside(droplet),
                                lost.contains(droplet) ? matrix.untested(droplet) : testPortsFrom(matrix, droplet))),
                        PortMatrix::unknownRow)
                .values());
    }

    /** Tests which droplets reach whose port, but not from this machine: there a blocked port takes seconds. */
    public List<PortProbe> testPortsBetween(List<Droplet> droplets, int port) {
        PortMatrix matrix = new PortMatrix(droplets, port);
        return PortProbes.of(onAll(droplets, droplet -> testPortsFrom(matrix, droplet), PortMatrix::unknownRow)
                .values());
    }

    /** Adds to failed connections what drops or refuses them. */
    public List<PortProbe> explain(
            List<PortProbe> probes, List<Droplet> droplets, int port, Predicate<PortProbe> wanted) {
        return PortTraces.explain(
                probes,
                droplets,
                port,
                concurrency,
                wanted,
                commands -> ProbeResult.answered(probe(
                        List.copyOf(commands.keySet()),
                        (droplet, shell) -> shell.run(commands.getOrDefault(droplet, Command.of("true"))))));
    }

    /**
     * Returns the addresses of servers that respond to at least one droplet, even with a refusal.
     *
     * @param questions ADDRESS:PORT of the servers that each droplet has to test
     */
    public Set<String> findAnswering(Map<Droplet, List<String>> questions) {
        Set<String> answering = new TreeSet<>();
        onAll(
                        List.copyOf(questions.keySet()),
                        droplet -> findAnswering(droplet, questions.getOrDefault(droplet, List.of())),
                        (droplet, why) -> Set.<String>of())
                .values()
                .forEach(answering::addAll);
        return answering;
    }

    private Set<String> findAnswering(Droplet droplet, List<String> servers) {
        try {
            progress.begin(droplet, "checking whether removed servers still run");
            return PortMatrix.findAnswering(shell(droplet), REMOVED_SECONDS, servers);
        } catch (SshFailure e) {
            return Set.of();
        } finally {
            progress.end(droplet, "removed servers checked");
        }
    }

    /**
     * Rolls back changes of these droplets' packet filters that earlier, lost runs did not confirm.
     *
     * @return the droplets where that failed
     */
    public List<Droplet> rollBackUnconfirmed(List<Droplet> droplets) {
        return onAll(droplets, this::rollBackUnconfirmed, (droplet, why) -> false).entrySet().stream()
                .filter(e -> !e.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean rollBackUnconfirmed(Droplet droplet) {
        progress.begin(droplet, "rolling back the changes of a lost run");
        boolean settled;
        try {
            settled = ConfirmOrRevert.settle(shell(droplet));
        } catch (SshFailure e) {
            settled = false;
        }
        if (settled) {
            progress.end(droplet, "has the rules from before that run");
        } else {
            progress.fail(droplet, "failed");
        }
        return settled;
    }

    private List<PortProbe> testPortsFrom(PortMatrix matrix, Droplet droplet) {
        try {
            progress.begin(droplet, "testing connections");
            return matrix.probeFrom(droplet, shell(droplet));
        } catch (SshFailure e) {
            return PortMatrix.unknownRow(droplet, e.sentence());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return PortMatrix.unknownRow(droplet, InternalFailure.of(e));
        } finally {
            progress.end(droplet, "connections tested");
        }
    }

    /**
     * Returns the connection to a droplet, and opens it if there is none.
     *
     * @throws SshFailure if it cannot be opened
     */
    public Shell shell(Droplet droplet) throws SshFailure {
        // Heartbeats call this from threads of their own. The second caller waits for the connection of the first.
        synchronized (opening.computeIfAbsent(droplet, one -> new Object())) {
            Shell shell = openShells.get(droplet);
            if (shell == null) {
                shell = shells.open(droplet);
                openShells.put(droplet, shell);
            }
            return shell;
        }
    }

    /** Closes a lost connection to a droplet. The next use opens another one. */
    public void closeShell(Droplet droplet) {
        Shell shell = openShells.remove(droplet);
        if (shell != null) {
            shell.close();
        }
    }

    /** Returns the command line of this run. */
    public Invocation invocation() {
        return invocation;
    }

    Shells shells() {
        return shells;
    }

    public Progress progress() {
        return progress;
    }

    /**
     * Calls a function for every droplet in parallel, up to the fleet's concurrency. Results have the order of the
     * droplets. An exception becomes the result of its droplet, except for {@link RunAbortedException}.
     *
     * @param failed turns a sentence about the exception into a result
     */
    public <T> Map<Droplet, T> onAll(
            List<Droplet> droplets, Function<Droplet, T> work, BiFunction<Droplet, String, T> failed) {
        return onAll(droplets, droplet -> {
            try {
                return work.apply(droplet);
            } catch (RunAbortedException e) {
                throw e; // not a fault of this droplet
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                return failed.apply(droplet, InternalFailure.of(e));
            }
        });
    }

    /** Calls a function for every droplet in parallel. An exception ends the call after all droplets have finished. */
    public <T> Map<Droplet, T> onAll(List<Droplet> droplets, Function<Droplet, T> work) {
        Map<Droplet, Future<T>> running = new LinkedHashMap<>();
        for (Droplet droplet : droplets) {
            Callable<T> task = () -> work.apply(droplet);
            running.put(droplet, threads.submit(task));
        }
        // All droplets finish before the first error is thrown: closing the fleet would cut the connections of the
        // others.
        running.values().forEach(Fleet::awaitEnd);
        Map<Droplet, T> results = new LinkedHashMap<>();
        running.forEach((droplet, future) -> results.put(droplet, result(future)));
        return results;
    }

    private static void awaitEnd(Future<?> future) {
        try {
            future.get();
        } catch (ExecutionException e) {
            // Thrown again when the result is read.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RunAbortedException aborted) {
                throw aborted;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted from within", e);
        }
    }

    /** Closes every connection at once. Commands that run on droplets continue there. */
    @Override
    public void close() {
        threads.shutdownNow();
        openShells.values().forEach(Shell::close);
        progress.pause();
    }
}
