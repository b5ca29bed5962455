package sessionctl.verify;

import java.util.List;
import sessionctl.command.Invocation;
import sessionctl.verify.http.HttpFailure;

/**
 * A reason why a check failed.
 *
 * @param droplet the name of the droplet; the cluster's name if the failure concerns no single droplet
 * @param fault one sentence without the droplet's name and without a full stop
 * @param remedy the action that fixes it, as in {@code run: {sessionctl provision}}; may be empty
 * @param sessions the sessions that showed the failure; empty if it is not about sessions
 */
public record CheckFailure(String droplet, String fault, String remedy, List<SessionFailure> sessions) {
    public CheckFailure {
        sessions = List.copyOf(sessions);
    }

    /** Returns a copy whose remedy names sessionctl with this invocation's inventory. */
    public CheckFailure withCommandsOf(Invocation invocation) {
        return new CheckFailure(droplet, fault, invocation.fill(remedy), sessions);
    }

    /** A failed request to this droplet. */
    public CheckFailure(String droplet, HttpFailure failure) {
        this(droplet, failure.what(), failure.remedy());
    }

    /** A failure that is not about sessions. */
    public CheckFailure(String droplet, String fault, String remedy) {
        this(droplet, fault, remedy, List.of());
    }
}
