package sessionctl.load;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The traffic of all visitors. All open a session, most of them send further requests, and at the end all sessions are
 * read again.
 */
class Traffic implements Exchange.Listener {
    /**
     * The requests in flight when sessions are opened and when they are read at the end, where the rate does not
     * matter.
     */
    static final int MAX_IN_FLIGHT = 24;

    /** Delayed requests are sent later if the delay is at most this long, in nanoseconds. */
    private static final long MAX_DELAY = TimeUnit.MILLISECONDS.toNanos(250);

    private final Settings settings;
    private final Consumer<String> answers;
    private final Tally tally = new Tally();
    private final Random random;
    private final Exchange exchange;
    private final Droplets droplets;
    private final Queue<String> orders = new ConcurrentLinkedQueue<>();
    private final List<Session> idle = new ArrayList<>();
    private final List<Session> active = new ArrayList<>();
    private final List<Session> waiting = new ArrayList<>();
    private final Deque<Session> unread = new ArrayDeque<>();
    private boolean stopped;

    /** Creates the traffic; answers gets a line for each order. */
    Traffic(Settings settings, Consumer<String> answers) throws IOException {
        this.settings = settings;
        this.answers = answers;
        random = settings.seed() == 0 ? new Random() : new Random(settings.seed());
        exchange = new Exchange(settings.path(), settings.timeout(), settings.keepAlive(), this);
        droplets = new Droplets(settings.droplets(), random);
    }

    /** Submits an order from another thread. */
    void submit(String order) {
        orders.add(order);
        exchange.wakeUp();
    }

    /** Runs the traffic to its end and returns its counts. */
    Tally run() throws IOException {
        try (exchange) {
            open();
            answers.accept("ready: " + tally.sessions() + " sessions open");
            tally.trafficBegins();
            sendUntilStopped();
            tally.trafficEnds();
            readAll();
            return tally;
        }
    }

    final Exchange exchange() {
        return exchange;
    }

    final Droplets droplets() {
        return droplets;
    }

    final Tally tally() {
        return tally;
    }

    final Random random() {
        return random;
    }

    void open() throws IOException {
        int begun = 0;
        while (begun < settings.sessions() || exchange.inFlight() > 0) {
            for (; begun < settings.sessions() && exchange.inFlight() < MAX_IN_FLIGHT; begun++) {
                exchange.send(new Visit(new Session(begun < settings.idle()), droplets.inTurn()));
            }
            exchange.poll(100);
        }
    }

    private void sendUntilStopped() throws IOException {
        long pause = TimeUnit.SECONDS.toNanos(1) / settings.rate();
        long due = System.nanoTime();
        while (executeOrders()) {
            long now = System.nanoTime();
            due = Math.max(due, now - MAX_DELAY);
            while (due <= now && sendOne()) {
                due += pause;
            }
            exchange.poll(Math.max(0, due > now ? (due - now) / 1_000_000 : 1));
        }
        while (exchange.inFlight() > 0) {
            exchange.poll(100);
        }
        droplets.answerOrders(answers);
    }

    /**
     * Sends a request of a random session, or a new visitor, to a random droplet. Returns false if no request may be
     * sent now.
     */
    boolean sendOne() {
        if (exchange.inFlight() >= settings.inFlight() || !droplets.areAny()) {
            return false;
        }
        if (random.nextInt(1000) < settings.newcomers()) {
            exchange.send(new Visit(new Session(false), droplets.any()));
            return true;
        }
        if (waiting.isEmpty()) {
            return false;
        }
        Collections.swap(waiting, random.nextInt(waiting.size()), waiting.size() - 1);
        exchange.send(new Visit(waiting.remove(waiting.size() - 1), droplets.any()));
        return true;
    }

    /** Reads each idle session once on every droplet, and each active one on any droplet. */
    void readAll() throws IOException {
        Collections.shuffle(active, random);
        active.stream().filter(s -> droplets.areAny()).forEach(s -> s.unread().add(droplets.any()));
        idle.forEach(s -> s.unread().addAll(droplets.allShuffled()));
        unread.addAll(idle);
        unread.addAll(active);
        while (!unread.isEmpty() || exchange.inFlight() > 0) {
            while (!unread.isEmpty() && exchange.inFlight() < MAX_IN_FLIGHT) {
                Session session = unread.removeFirst();
                if (!session.unread().isEmpty()) {
                    exchange.send(new Visit(session, session.unread().removeFirst()));
                }
            }
            exchange.poll(100);
        }
    }

    /** Executes the submitted orders. Returns false after the order to stop. */
    private boolean executeOrders() {
        for (String order = orders.poll(); order != null; order = orders.poll()) {
            if (order.equals("stop")) {
                stopped = true;
            } else if (order.equals("counts")) {
                answers.accept(tally.sentence());
            } else if (!execute(order)) {
                answers.accept("'" + order + "' is no order: out ADDRESS, in ADDRESS, counts, stop");
            }
        }
        droplets.answerOrders(answers);
        return !stopped;
    }

    /** Executes an order about droplets. Returns false for other orders. */
    boolean execute(String order) {
        return droplets.execute(order);
    }

    @Override
    public void answered(Visit visit, Reply reply) {
        Session session = visit.session();
        if (session.id().isEmpty() || !reply.cookie().isEmpty()) {
            session.rename(reply.cookie());
        }
        if (reply.status() != 200 || reply.counter() < 0 || session.id().isEmpty()) {
            failed(
                    visit,
                    "status " + reply.status() + " and: "
                            + reply.body().lines().findFirst().orElse("nothing"));
            return;
        }
        tally.ended(visit);
        boolean first = session.last() == 0;
        Incident seen = Incident.of(visit, reply.counter());
        tally.judged(
                session.answered(reply.counter(), seen.at(), visit.droplet().name()), seen);
        if (first) {
            tally.opened();
            (session.isIdle() ? idle : active).add(session);
        } else if (session.isSecondAnswer() && !session.isIdle()) {
            tally.activeRead();
        }
        schedule(session);
    }

    @Override
    public void failed(Visit visit, String reason) {
        tally.ended(visit);
        tally.failed(Incident.of(visit, 0).as(reason));
        visit.session().unanswered();
        if (visit.session().last() > 0) {
            schedule(visit.session());
        }
    }

    private void schedule(Session session) {
        if (!session.unread().isEmpty()) {
            unread.addLast(session);
        } else if (!session.isIdle()) {
            waiting.add(session);
        }
    }
}
