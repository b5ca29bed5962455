package sessionctl.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import sessionctl.inventory.Droplet;
import sessionctl.verify.Tally;
import sessionctl.verify.Visit;
import sessionctl.verify.WebFailure;

/** Many visitors, each with a session of his own, who come to another droplet each time. */
final class Crowd implements AutoCloseable {
    /** Enough that each server is the first one of some: it is that of every session by a chance of 1 in so many. */
    private static final int SESSIONS_A_DROPLET = 10;

    private static final int AT_ONCE = 5;

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

    /** Everybody comes again, to the next droplet. */
    Tally comeAgain(String server) {
        turn++;
        Tally tally = new Tally(server);
        List<Future<Visit>> visits = new ArrayList<>();
        for (int i = 0; i < last.size(); i++) {
            Visit before = last.get(i);
            Droplet droplet = droplets.get((i + turn) % droplets.size());
            Callable<Visit> visit = () -> visit(droplet, before, tally);
            visits.add(threads.submit(visit));
        }
        for (int i = 0; i < visits.size(); i++) {
            last.set(i, result(visits.get(i)));
        }
        ground.goOn();
        return tally;
    }

    /** What he has seen last is what the next request is measured by, so that no loss is counted twice. */
    private Visit visit(Droplet droplet, Visit before, Tally tally) {
        try {
            Visit now = ground.count(droplet, before.cookie());
            tally.add(before, now);
            return now;
        } catch (WebFailure e) {
            tally.fail(droplet.name());
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

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
