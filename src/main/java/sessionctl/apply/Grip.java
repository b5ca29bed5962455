package sessionctl.apply;

import org.jspecify.annotations.Nullable;
import sessionctl.state.RunStamp;

/** What came of reaching for a droplet. */
public sealed interface Grip {
    /**
     * It is this run's.
     *
     * @param former whose it was, where that run ended without letting go
     */
    record Taken(@Nullable RunStamp former) implements Grip {}

    /** It is another run's. */
    record Held(RunStamp by) implements Grip {}

    /** Nobody could hold it; one sentence without its name. */
    record Refused(String why) implements Grip {}
}
