package sessionctl.apply;

import org.jspecify.annotations.Nullable;
import sessionctl.ssh.SshFailure;
import sessionctl.state.RunInfo;

/** The result of acquiring a lease. */
public sealed interface LeaseResult {
    /**
     * The run holds the lease.
     *
     * @param former the previous owner, if that run ended without releasing the lease; null otherwise
     */
    record Taken(@Nullable RunInfo former) implements LeaseResult {}

    /** Another run holds the lease. */
    record Held(RunInfo by) implements LeaseResult {}

    /** The droplet could not be reached. */
    record Unreached(SshFailure failure) implements LeaseResult {}

    /** The lease could not be acquired. The reason is one sentence without the droplet's name. */
    record Refused(String why) implements LeaseResult {}
}
