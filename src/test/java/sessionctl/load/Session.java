package sessionctl.load;

import java.util.ArrayDeque;
import java.util.Deque;

/** The session of one visitor: its cookie, and the counter of the last answer. */
class Session {
    /** The result of comparing an answer's counter with earlier ones. */
    enum Verdict {
        FINE,
        /** The counter restarted at 1. */
        LOST,
        /** The counter is lower than or equal to the one of the last answer. */
        STALE,
        /** The counter is higher than all requests together can have made it, so two values of the session exist. */
        AHEAD
    }

    private final Deque<Droplet> unread = new ArrayDeque<>();
    private final boolean idle;
    private int answers;
    private String id = "";
    private int last;
    private long lastAt;
    private String lastDroplet = "";
    private int unknown;

    Session(boolean idle) {
        this.idle = idle;
    }

    /** Returns true if its visitor sends no request until the end. */
    boolean isIdle() {
        return idle;
    }

    /** Returns true if the last answer is the second one. */
    boolean isSecondAnswer() {
        return answers == 2;
    }

    /** Returns the session's id, empty before the first answer. */
    String id() {
        return id;
    }

    void rename(String given) {
        id = given;
    }

    /** Returns the counter of the last answer, 0 before the first. */
    int last() {
        return last;
    }

    /** Returns the time of the last answer, in milliseconds since 1970. */
    long lastAt() {
        return lastAt;
    }

    /** Returns the droplet that gave the last answer, empty before the first. */
    String lastDroplet() {
        return lastDroplet;
    }

    /** Returns the droplets on which this session must still be read. */
    Deque<Droplet> unread() {
        return unread;
    }

    /** Records a request without an answer, which may have incremented the counter. */
    void unanswered() {
        unknown++;
    }

    /** Compares a counter with the last one and stores it, so that a loss is counted once. */
    Verdict answered(int counter, long at, String droplet) {
        int before = last;
        answers++;
        last = counter;
        lastAt = at;
        lastDroplet = droplet;
        int skipped = counter - before - 1;
        if (skipped >= 0 && skipped <= unknown) {
            unknown -= skipped;
            return Verdict.FINE;
        }
        if (skipped > 0) {
            return Verdict.AHEAD;
        }
        return counter == 1 ? Verdict.LOST : Verdict.STALE;
    }
}
