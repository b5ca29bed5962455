package sessionctl.keeper;

import java.util.ArrayDeque;
import java.util.Deque;

/** One visitor: the cookie, and the counter that the page showed last. */
final class Session {
    /** What an answer tells about the session. */
    enum Verdict {
        FINE,
        /** The counter began anew. */
        LOST,
        /** An older value was read than the last one that was answered. */
        STALE,
        /** The counter is higher than all requests together can have made it: two values of it are about. */
        AHEAD
    }

    private final Deque<Droplet> toLookAt = new ArrayDeque<>();
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

    /** Whether its visitor stays away until the end. */
    boolean isIdle() {
        return idle;
    }

    /** Whether the answer that came last is the second one. */
    boolean isSeenAgain() {
        return answers == 2;
    }

    /** The session's id, empty before the first answer. */
    String id() {
        return id;
    }

    void named(String given) {
        id = given;
    }

    /** The counter of the last answer, 0 before the first. */
    int last() {
        return last;
    }

    /** When the last answer came. */
    long lastAt() {
        return lastAt;
    }

    /** Who gave it. */
    String lastDroplet() {
        return lastDroplet;
    }

    /** The droplets that this session is yet to be read on. */
    Deque<Droplet> toLookAt() {
        return toLookAt;
    }

    /** A request that may or may not have counted. */
    void unanswered() {
        unknown++;
    }

    /** Judges the counter and takes it as the last one, so that what was lost once is counted once. */
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
