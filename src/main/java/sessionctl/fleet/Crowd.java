package sessionctl.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import sessionctl.inventory.Droplet;
import sessionctl.verify.Tally;
import sessionctl.verify.Visit;
import sessionctl.verify.WebFailure;

/** Many visitors, each with a session of his own, who go round the droplets each time. */
final class Crowd implements AutoCloseable {
    /** Enough that each server is the first one of some: it is that of every session by a chance of 1 in so many. */
    private static final int SESSIONS_A_DROPLET = 10;

    private static final int AT_ONCE = 5;

    /** Of a larger cluster, droplets that each visits while one server is silent. */
    private static final int MOST_SLOW = 3;

    /** An answer takes one second more than usual while a server is silent. */
    private static final int STRAGGLERS_SECONDS = 3;

    private final Ground ground;
    private final List<Droplet> droplets;
    private final ExecutorService threads;
    private final List<Visit> last = new ArrayList<>();
    private int turn;

    Crowd(Ground ground, List<Droplet> droplets) {
        this.ground = ground;
        this.droplets = List.copyOf(droplets);
        this.threads = Executors.newFixedThreadPool(AT_ONCE * Math.min(8, droplets.size()), work -> {
            Thread thread = new Thread(work, "visitor");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Everybody comes for the first time. */
    void come() throws WebFailure {
        for (int i = 0; i < SESSIONS_A_DROPLET * droplets.size(); i++) {
            last.add(ground.count(droplets.get(i % droplets.size()), ""));
        }
    }

    /** Everybody comes again, to every droplet. */
    Tally comeAgain(String server) {
        return comeAgain(server, droplets.size());
    }

    /** Everybody comes again, to some droplets while each answer takes a second longer. */
    Tally comeAgainSlowly(String server) {
        return comeAgain(server, Math.min(MOST_SLOW, droplets.size()));
    }

    /**
     * Everybody goes round this many droplets, and begins at another one than last time: what he finds there is what the
     * server left, what he finds on the next ones has been written meanwhile. His own requests follow each other, for
     * PHP locks a session; those of others go on beside them.
     */
    private Tally comeAgain(String server, int many) {
        turn++;
        Tally tally = new Tally(server);
        List<Future<Visit>> visits = new ArrayList<>();
        for (int i = 0; i < last.size(); i++) {
            Visit before = last.get(i);
            int first = i + turn;
            Callable<Visit> visit = () -> round(first, many, before, tally);
            visits.add(threads.submit(visit));
        }
        for (int i = 0; i < visits.size(); i++) {
            last.set(i, result(visits.get(i)));
        }
        ground.goOn();
        return tally;
    }

    private Visit round(int first, int many, Visit before, Tally tally) {
        Visit latest = before;
        for (int i = first; i < first + many; i++) {
            latest = visit(droplets.get(i % droplets.size()), latest, tally);
        }
        return latest;
    }

    /** What he has seen last is what the next request is measured by, so that no loss is counted twice. */
    private Visit visit(Droplet droplet, Visit before, Tally tally) {
        try {
            Visit now = ground.count(droplet, before.cookie());
            tally.add(before, now);
            return now;
        } catch (WebFailure e) {
            tally.fail(before, droplet.name());
            return before;
        }
    }

    private static Visit result(Future<Visit> visit) {
        try {
            return visit.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Ground.Ended ended) {
                throw ended;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Ground.Ended();
        }
    }

    List<String> ids() {
        return last.stream().map(Visit::id).toList();
    }

    /** Waits for those who are still on their way: what they write must be there before it is taken away. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(STRAGGLERS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
