package sessionctl.keeper;

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

/** All visitors come once; most of them keep coming; at the end everybody's session is read again. */
final class Traffic implements Exchange.Listener {
    /** Requests under way at once where their number is not a matter of time: when sessions are opened, and at the end. */
    private static final int CROWD = 24;

    /** Requests that could not be sent in time are made up for if they are no later than this; in nanoseconds. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(250);

    private final Settings settings;
    private final Consumer<String> answers;
    private final Tally tally = new Tally();
    private final Random random = new Random();
    private final Exchange exchange;
    private final Droplets droplets;
    private final Queue<String> orders = new ConcurrentLinkedQueue<>();
    private final List<Session> idle = new ArrayList<>();
    private final List<Session> active = new ArrayList<>();
    private final List<Session> waiting = new ArrayList<>();
    private final Deque<Session> unread = new ArrayDeque<>();
    private boolean stopped;

    /** Orders are answered in lines. */
    Traffic(Settings settings, Consumer<String> answers) throws IOException {
        this.settings = settings;
        this.answers = answers;
        exchange = new Exchange(settings.path(), settings.timeout(), settings.keepAlive(), this);
        droplets = new Droplets(settings.droplets(), random);
    }

    /** An order from another thread. */
    void tell(String order) {
        orders.add(order);
        exchange.wakeUp();
    }

    /** From the first request to the last. */
    Tally run() throws IOException {
        try (exchange) {
            open();
            answers.accept("ready: " + tally.sessions() + " sessions open");
            tally.trafficBegins();
            keepGoing();
            tally.trafficEnds();
            readAll();
            return tally;
        }
    }

    private void open() throws IOException {
        int begun = 0;
        while (begun < settings.sessions() || exchange.inFlight() > 0) {
            for (; begun < settings.sessions() && exchange.inFlight() < CROWD; begun++) {
                exchange.send(new Visit(new Session(begun < settings.idle()), droplets.inTurn()));
            }
            exchange.poll(100);
        }
    }

    private void keepGoing() throws IOException {
        long pause = TimeUnit.SECONDS.toNanos(1) / settings.rate();
        long due = System.nanoTime();
        while (obey()) {
            long now = System.nanoTime();
            due = Math.max(due, now - PATIENCE);
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

    /** A session that has no request under way visits a droplet, both at random. */
    private boolean sendOne() {
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

    /** Every idle session is read once on every droplet, every active one on any of them. */
    private void readAll() throws IOException {
        Collections.shuffle(active, random);
        active.stream().filter(s -> droplets.areAny()).forEach(s -> s.toLookAt().add(droplets.any()));
        idle.forEach(s -> s.toLookAt().addAll(droplets.allShuffled()));
        unread.addAll(idle);
        unread.addAll(active);
        while (!unread.isEmpty() || exchange.inFlight() > 0) {
            while (!unread.isEmpty() && exchange.inFlight() < CROWD) {
                Session session = unread.removeFirst();
                if (!session.toLookAt().isEmpty()) {
                    exchange.send(new Visit(session, session.toLookAt().removeFirst()));
                }
            }
            exchange.poll(100);
        }
    }

    /** Does what was ordered; false when it is to stop. */
    private boolean obey() {
        for (String order = orders.poll(); order != null; order = orders.poll()) {
            if (order.equals("stop")) {
                stopped = true;
            } else if (order.equals("counts")) {
                answers.accept(tally.sentence());
            } else if (!droplets.obey(order)) {
                answers.accept("'" + order + "' is no order: out ADDRESS, in ADDRESS, counts, stop");
            }
        }
        droplets.answerOrders(answers);
        return !stopped;
    }

    @Override
    public void answered(Visit visit, Reply reply) {
        Session session = visit.session();
        if (session.id().isEmpty() || !reply.cookie().isEmpty()) {
            session.named(reply.cookie());
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
        } else if (session.isSeenAgain() && !session.isIdle()) {
            tally.lookedAt();
        }
        goOn(session);
    }

    @Override
    public void failed(Visit visit, String reason) {
        tally.ended(visit);
        tally.failed(Incident.of(visit, 0).as(reason));
        visit.session().unanswered();
        if (visit.session().last() > 0) {
            goOn(visit.session());
        }
    }

    private void goOn(Session session) {
        if (!session.toLookAt().isEmpty()) {
            unread.addLast(session);
        } else if (!session.isIdle()) {
            waiting.add(session);
        }
    }
}
