package sessionctl.verify;

import java.util.List;
import sessionctl.command.Invocation;

/**
 * What breaks a promise.
 *
 * @param droplet where, by name
 * @param what one sentence without the droplet's name and without a full stop
 * @param remedy what to do, as in {@code run: {sessionctl provision}}
 * @param sessions those that it was seen by; empty where it is not about sessions
 */
public record Finding(String droplet, String what, String remedy, List<BadSession> sessions) {
    /** Copies the sessions. */
    public Finding {
        sessions = List.copyOf(sessions);
    }

    /** The same with the commands that its remedy names, as for this call. */
    public Finding told(Invocation invocation) {
        return new Finding(droplet, what, invocation.fill(remedy), sessions);
    }

    /** One that is not about sessions. */
    public Finding(String droplet, String what, String remedy) {
        this(droplet, what, remedy, List.of());
    }
}
