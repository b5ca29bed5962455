package sessionctl.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import sessionctl.fleet.DaemonThreads;
import sessionctl.fleet.RunAbortedException;
import sessionctl.inventory.Droplet;
import sessionctl.verify.http.HttpFailure;
import sessionctl.verify.http.ProbeResponse;

/** Many simulated users, each with a session of its own, who visit the droplets in turn. */
final class SimulatedUsers implements AutoCloseable {
    /**
     * Enough sessions that each server is very likely the first server of some. PHP chooses the first of n servers by
     * hash, so each is chosen with a probability of 1/n.
     */
    private static final int SESSIONS_A_DROPLET = 10;

    private static final int PARALLEL = 5;

    /** The number of droplets that each user visits while one server does not respond. */
    private static final int MAX_SLOW_VISITS = 3;

    /**
     * The time for the last answers when the run ends. An answer takes one second longer while a server does not
     * respond.
     */
    private static final int LAST_ANSWERS_SECONDS = 3;

    private final VerificationContext context;
    private final List<Droplet> droplets;
    private final ExecutorService threads;
    private final List<ProbeResponse> lastAnswers = new ArrayList<>();
    private int rounds;

    SimulatedUsers(VerificationContext context, List<Droplet> droplets) {
        this.context = context;
        this.droplets = List.copyOf(droplets);
        int parallel = PARALLEL * Math.min(8, droplets.size());
        this.threads = Executors.newFixedThreadPool(parallel, DaemonThreads.named("visitor"));
    }

    /** Creates the sessions: each user sends its first request. */
    void createSessions() throws HttpFailure {
        for (int i = 0; i < SESSIONS_A_DROPLET * droplets.size(); i++) {
            lastAnswers.add(context.count(droplets.get(i % droplets.size()), ""));
        }
    }

    /** Lets each user visit every droplet. */
    DrillStatistics revisit(String server) {
        return revisit(server, droplets.size());
    }

    /** Lets each user visit a few droplets, for use while each answer takes one second longer. */
    DrillStatistics revisitSlowly(String server) {
        return revisit(server, Math.min(MAX_SLOW_VISITS, droplets.size()));
    }

    /**
     * Lets each user visit a number of droplets, starting at another one than last time. The first visit reads the
     * state that the server left; the following visits read what was written during this round. The requests of one
     * user run one after another, because PHP locks a session. Requests of different users run in parallel.
     */
    private DrillStatistics revisit(String server, int many) {
        rounds++;
        DrillStatistics statistics = new DrillStatistics(server);
        List<Future<ProbeResponse>> visits = new ArrayList<>();
        for (int i = 0; i < lastAnswers.size(); i++) {
            ProbeResponse before = lastAnswers.get(i);
            int first = i + rounds;
            Callable<ProbeResponse> visit = () -> visitInTurn(first, many, before, statistics);
            visits.add(threads.submit(visit));
        }
        for (int i = 0; i < visits.size(); i++) {
            lastAnswers.set(i, result(visits.get(i)));
        }
        context.checkNotAborted();
        return statistics;
    }

    private ProbeResponse visitInTurn(int first, int many, ProbeResponse before, DrillStatistics statistics) {
        ProbeResponse latest = before;
        for (int i = first; i < first + many; i++) {
            latest = visit(droplets.get(i % droplets.size()), latest, statistics);
        }
        return latest;
    }

    /**
     * Sends one request. A failed request keeps the previous answer as the reference for the next one, so that a loss
     * is counted once.
     */
    private ProbeResponse visit(Droplet droplet, ProbeResponse before, DrillStatistics statistics) {
        try {
            ProbeResponse now = context.count(droplet, before.cookie());
            statistics.add(before, now);
            return now;
        } catch (HttpFailure e) {
            statistics.fail(before, droplet.name());
            return before;
        }
    }

    private static ProbeResponse result(Future<ProbeResponse> visit) {
        try {
            return visit.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RunAbortedException ended) {
                throw ended;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunAbortedException();
        }
    }

    List<String> ids() {
        return lastAnswers.stream().map(ProbeResponse::id).toList();
    }

    /** Waits for requests that are still running: their sessions must exist before the run deletes them. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(LAST_ANSWERS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
