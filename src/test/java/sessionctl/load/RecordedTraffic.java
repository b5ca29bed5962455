package sessionctl.load;

import static sessionctl.load.Request.Act.READ;
import static sessionctl.load.Request.Act.WRITE;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Traffic of reads, writes and log-outs, of which every request and answer is recorded. Each visitor avoids one droplet,
 * so that some never meet the one that has a fault. The number of visitors who are logged in is constant. The order
 * {@code sweep} reads each session once, also those that were logged out, and then forgets the latter.
 */
final class RecordedTraffic extends Traffic {
    /** Of a thousand requests, the number of reads after a log-out, of log-outs and of writes; the others read. */
    private static final int AFTER_LOGOUT = 50;

    private static final int LOGOUTS = 30;
    private static final int WRITES = 460;

    private final Settings settings;
    private final Consumer<String> answers;
    private final BufferedWriter history;
    private final List<Visitor> loggedIn = new ArrayList<>();
    private final List<Visitor> loggedOut = new ArrayList<>();
    private final List<Visitor> unread = new ArrayList<>();
    private int created;
    private int missing;
    private int sweep;
    private boolean sweeping;

    RecordedTraffic(Settings settings, Consumer<String> answers) throws IOException {
        super(settings, answers);
        this.settings = settings;
        this.answers = answers;
        history = Files.newBufferedWriter(Path.of(settings.history()));
    }

    @Override
    void open() throws IOException {
        while (created < settings.sessions() || exchange().inFlight() > 0) {
            while (created < settings.sessions() && exchange().inFlight() < MAX_IN_FLIGHT) {
                send(newVisitor(), Request.Act.OPEN, droplets().inTurn());
            }
            exchange().poll(100);
        }
    }

    private Visitor newVisitor() {
        List<String> names = settings.droplets();
        String avoided = names.get(created++ % names.size());
        return new Visitor(names.size() < 3 ? "" : avoided, sweep);
    }

    private void send(Visitor visitor, Request.Act act, Droplet droplet) {
        exchange().send(new Visit(visitor, droplet, visitor.begin(act)));
    }

    @Override
    boolean execute(String order) {
        if (!order.equals("sweep")) {
            return super.execute(order);
        }
        sweep++;
        sweeping = true;
        unread.addAll(loggedIn);
        unread.addAll(loggedOut);
        loggedIn.clear();
        loggedOut.clear();
        return true;
    }

    /** A request that a busy droplet would have got is not sent, so that the others get their share. */
    @Override
    boolean sendOne() {
        if (sweeping && unread.isEmpty() && exchange().inFlight() == 0) {
            endSweep();
        }
        Droplet droplet = droplets().areAny() ? droplets().any() : null;
        if (droplet == null || droplet.inFlight() >= settings.inFlight()) {
            return droplet != null;
        }
        if (missing > 0 && !sweeping) {
            missing--;
            send(newVisitor(), Request.Act.OPEN, droplet);
            return true;
        }
        int kind = random().nextInt(1000);
        Visitor visitor = sweeping ? take(unread, droplet) : kind < AFTER_LOGOUT ? take(loggedOut, droplet) : null;
        if (visitor == null && !sweeping) {
            visitor = take(loggedIn, droplet);
        }
        if (visitor == null) {
            return false;
        }
        visitor.sweptBy(sweep);
        send(visitor, sweeping || visitor.isLoggedOut() ? READ : act(kind - AFTER_LOGOUT), droplet);
        return true;
    }

    private static Request.Act act(int kind) {
        if (kind < 0 || kind >= LOGOUTS + WRITES) {
            return READ;
        }
        return kind < LOGOUTS ? Request.Act.LOGOUT : WRITE;
    }

    /** Takes a random visitor who does not avoid the droplet; null if a few attempts find none. */
    private Visitor take(List<Visitor> visitors, Droplet droplet) {
        for (int attempt = 0; attempt < 5 && !visitors.isEmpty(); attempt++) {
            int index = random().nextInt(visitors.size());
            Visitor visitor = visitors.get(index);
            if (!visitor.avoided().equals(droplet.name())) {
                visitors.set(index, visitors.get(visitors.size() - 1));
                visitors.remove(visitors.size() - 1);
                return visitor;
            }
        }
        return null;
    }

    private void endSweep() {
        sweeping = false;
        loggedOut.clear();
        try {
            history.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        answers.accept("swept");
    }

    @Override
    public void answered(Visit visit, Reply reply) {
        Visitor visitor = (Visitor) visit.session();
        boolean renamed = !reply.cookie().isEmpty() && !reply.cookie().equals(visitor.id());
        if (visitor.act() == Request.Act.OPEN) {
            visitor.rename(reply.cookie());
        }
        if (reply.status() != 200 || reply.counter() < 0 || visitor.id().isEmpty()) {
            failed(visit, "status " + reply.status());
            return;
        }
        // PHP gives a visitor another id if it refuses the one of a session that it does not have.
        ended(visit, renamed ? 0 : reply.counter(), "");
    }

    @Override
    public void failed(Visit visit, String reason) {
        ended(visit, 0, reason);
    }

    private void ended(Visit visit, int seen, String failure) {
        Visitor visitor = (Visitor) visit.session();
        Request request = visitor.ended(visit.droplet().name(), seen, failure);
        record(visit, request);
        boolean wasLoggedOut = visitor.isLoggedOut();
        boolean fine = visitor.judge(request) == Expectation.Verdict.FINE;
        boolean keep = fine && (request.answered() || request.act() == READ || request.act() == WRITE);
        if (!wasLoggedOut && (!keep || visitor.isLoggedOut())) {
            missing++;
        }
        if (keep && sweeping && visitor.lastSweep() < sweep) {
            unread.add(visitor);
        } else if (keep) {
            (visitor.isLoggedOut() ? loggedOut : loggedIn).add(visitor);
        }
    }

    private void record(Visit visit, Request request) {
        tally().ended(visit);
        if (request.act() == Request.Act.OPEN && request.answered()) {
            tally().opened();
        }
        try {
            history.write(request.line() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The campaign has read all sessions with its last sweep. */
    @Override
    void readAll() throws IOException {
        history.close();
    }
}
