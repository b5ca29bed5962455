package sessionctl.load;

import java.util.List;

/**
 * A fault of a campaign, or one of two faults at once, which have the same number.
 *
 * @param start when it began, in milliseconds since 1970
 * @param end when it ended
 * @param cutOff the addresses of the web servers that it cuts off from other servers
 */
public record FaultSpan(int number, long start, long end, List<String> cutOff) {
    /** The time for which a web server counts as cut off after the end of the fault, in milliseconds. */
    private static final long HEALING = 2000;

    public FaultSpan {
        cutOff = List.copyOf(cutOff);
    }

    boolean cutsOff(Request request) {
        return cutOff.contains(request.droplet()) && request.end() >= start && request.start() <= end + HEALING;
    }

    /** Returns true for a request that may be the first to meet the fault: it had begun before a limit was over. */
    boolean surprises(Request request) {
        return request.end() >= start && request.start() < start + HistoryCheck.SLOW;
    }
}
