package sessionctl.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a recorded history: no session is lost, no read is older than the last finished write, no session is alive
 * after its log-out, and no request is slow but the first ones that meet a fault. Each request counts for the fault that
 * began last before its end. Requests to a web server that is itself cut off are counted separately, and so is what
 * happens to a session that had such a request during the same fault.
 */
public final class HistoryCheck {
    /** The milliseconds that an answer may take, also the time for which a fault counts as new. */
    static final long SLOW = 600;

    /** Counts of requests and of what was wrong with them. */
    public static final class Counts {
        int requests;
        int lost;
        int stale;
        int resurrected;
        int failed;
        int slow;
        long slowest;

        public void add(Counts other) {
            requests += other.requests;
            lost += other.lost;
            stale += other.stale;
            resurrected += other.resurrected;
            failed += other.failed;
            slow += other.slow;
            slowest = Math.max(slowest, other.slowest);
        }

        /** Returns the cells of a table: requests, lost, stale, resurrected, failed, slow, slowest. */
        public List<Long> cells() {
            return List.of(
                    (long) requests,
                    (long) lost,
                    (long) stale,
                    (long) resurrected,
                    (long) failed,
                    (long) slow,
                    slowest);
        }
    }

    private final List<FaultSpan> faults;
    private final Map<String, Expectation> sessions = new HashMap<>();
    private final Set<String> affected = new HashSet<>();
    private final Map<Integer, Counts> others = new HashMap<>();
    private final Map<Integer, Counts> cutOff = new HashMap<>();
    private final List<String> findings = new ArrayList<>();
    private int current;

    /** Creates a check of a history with these faults, the earliest first. */
    public HistoryCheck(List<FaultSpan> faults) {
        this.faults = List.copyOf(faults);
    }

    /** Returns the counts of a fault's requests, without those to cut-off web servers. Number 0 is before all faults. */
    public Counts of(int fault) {
        return others.computeIfAbsent(fault, number -> new Counts());
    }

    /** Returns the counts of a fault's requests to cut-off web servers. */
    public Counts throughCutOff(int fault) {
        return cutOff.computeIfAbsent(fault, number -> new Counts());
    }

    /** Returns a line for each wrong answer: the fault's number, the verdict, the request's line. */
    public List<String> findings() {
        return List.copyOf(findings);
    }

    /** Checks the next request; the history has them in the order of their ends. */
    public void add(Request request) {
        int number = numberAt(request.end());
        if (number != current) {
            affected.clear();
            current = number;
        }
        List<FaultSpan> spans =
                faults.stream().filter(fault -> fault.number() == number).toList();
        boolean isCutOff = spans.stream().anyMatch(fault -> fault.cutsOff(request));
        if (isCutOff) {
            affected.add(request.session());
        }
        Counts counts = isCutOff ? throughCutOff(number) : of(number);
        counts.requests++;
        counts.failed += request.answered() ? 0 : 1;
        counts.slowest = Math.max(counts.slowest, request.took());
        if (request.took() > SLOW && spans.stream().noneMatch(fault -> fault.surprises(request))) {
            counts.slow++;
            findings.add(number + "\tSLOW\t" + request.line());
        }
        judge(request, affected.contains(request.session()) ? throughCutOff(number) : of(number));
    }

    private int numberAt(long time) {
        int number = 0;
        for (FaultSpan fault : faults) {
            number = fault.start() <= time ? fault.number() : number;
        }
        return number;
    }

    private void judge(Request request, Counts counts) {
        if (request.session().equals("-")) {
            return;
        }
        Expectation.Verdict verdict = sessions.computeIfAbsent(request.session(), id -> new Expectation())
                .judge(request);
        switch (verdict) {
            case LOST -> counts.lost++;
            case STALE -> counts.stale++;
            case RESURRECTED -> counts.resurrected++;
            case FINE -> {
                return;
            }
        }
        findings.add(current + "\t" + verdict + "\t" + request.line());
    }
}
