package sessionctl.load;

/**
 * The values that a session may have, from the requests of it so far. A visitor has one request at a time. A write
 * without an answer may have happened or not, so that the value may be newer than the last finished write, but never
 * older.
 */
final class Expectation {
    /** The result of comparing an answer with the requests before. */
    enum Verdict {
        FINE,
        /** The session was empty. */
        LOST,
        /** The value was older than the last finished write, or than a value that was read since. */
        STALE,
        /** The session had a value after its log-out. */
        RESURRECTED
    }

    private int finished;
    private boolean ended;
    private boolean mayBeEmpty;

    /** Returns true after a log-out was answered. */
    boolean isEnded() {
        return ended;
    }

    /** Compares a request with those before. Expects from then on what it has seen, so that a loss is counted once. */
    Verdict judge(Request request) {
        if (!request.answered()) {
            mayBeEmpty |= request.act() == Request.Act.LOGOUT;
            return Verdict.FINE;
        }
        Verdict verdict = request.act() == Request.Act.OPEN ? Verdict.FINE : compare(request.seen());
        finished = request.act().writes() ? request.sent() : request.seen();
        ended = request.act() == Request.Act.LOGOUT || finished == 0;
        return verdict;
    }

    private Verdict compare(int seen) {
        if (ended) {
            return seen == 0 ? Verdict.FINE : Verdict.RESURRECTED;
        }
        if (seen == 0) {
            return mayBeEmpty ? Verdict.FINE : Verdict.LOST;
        }
        return seen < finished ? Verdict.STALE : Verdict.FINE;
    }
}
