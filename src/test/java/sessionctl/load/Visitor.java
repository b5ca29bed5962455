package sessionctl.load;

/** A visitor of recorded traffic, with one request at a time, who never visits one of the droplets. */
final class Visitor extends Session {
    private final Expectation expectation = new Expectation();
    private final String avoided;
    private Request.Act act = Request.Act.OPEN;
    private int sent;
    private long start;
    private int lastSweep;

    Visitor(String avoided, int sweep) {
        super(false);
        this.avoided = avoided;
        this.lastSweep = sweep;
    }

    String avoided() {
        return avoided;
    }

    Request.Act act() {
        return act;
    }

    boolean isLoggedOut() {
        return expectation.isEnded();
    }

    /** Returns the number of the sweep that has read its session last. */
    int lastSweep() {
        return lastSweep;
    }

    void sweptBy(int sweep) {
        lastSweep = sweep;
    }

    /** Begins a request now and returns its query. */
    String begin(Request.Act wanted) {
        act = wanted;
        start = System.currentTimeMillis();
        sent += act.writes() ? 1 : 0;
        return "?act=" + act.name() + "&value=" + sent;
    }

    /** Returns the request that ended now. */
    Request ended(String droplet, int seen, String failure) {
        String name = id().isEmpty() ? "-" : id();
        return new Request(
                start, System.currentTimeMillis(), name, droplet, act, act.writes() ? sent : 0, seen, failure);
    }

    Expectation.Verdict judge(Request request) {
        return expectation.judge(request);
    }
}
