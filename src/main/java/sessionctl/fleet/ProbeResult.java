package sessionctl.fleet;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.SshFailure;

/** The result of a probe of one droplet. */
public sealed interface ProbeResult<T> {
    /** The droplet responded with facts. */
    record Answered<T>(T value) implements ProbeResult<T> {}

    /** The droplet could not be reached, or the connection was lost. */
    record Unreached<T>(SshFailure failure) implements ProbeResult<T> {}

    /** The droplet's answer cannot be used. The reason is one sentence without its name. */
    record Unreadable<T>(String why) implements ProbeResult<T> {}

    /** Calls the function for this kind of result. */
    default <R> R fold(Function<T, R> answered, Function<SshFailure, R> unreached, Function<String, R> unreadable) {
        if (this instanceof Answered<T> answer) {
            return answered.apply(answer.value());
        }
        return this instanceof Unreached<T> lost
                ? unreached.apply(lost.failure())
                : unreadable.apply(((Unreadable<T>) this).why());
    }

    /** Returns the facts of the droplets that responded with facts, in the same order. */
    static <T> Map<Droplet, T> answered(Map<Droplet, ProbeResult<T>> results) {
        Map<Droplet, T> facts = new LinkedHashMap<>();
        results.forEach((droplet, result) -> {
            if (result instanceof Answered<T> answer) {
                facts.put(droplet, answer.value());
            }
        });
        return facts;
    }
}
