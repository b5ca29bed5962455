package sessionctl.cli;

import java.time.Duration;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;

/** The option of every command that takes leases. */
final class LockOptions {
    @Option(
            names = "--lock-timeout",
            paramLabel = "S",
            defaultValue = "0",
            description = "Seconds to wait if another run holds a droplet (default: ${DEFAULT-VALUE}).")
    private int seconds;

    /**
     * Returns how long to wait for another run's lease; zero to fail at once.
     *
     * @throws ActionFailure if it is negative
     */
    Duration timeout() {
        if (seconds < 0) {
            throw new ActionFailure(ExitCode.USAGE, "--lock-timeout must be 0 or more (got " + seconds + ")");
        }
        return Duration.ofSeconds(seconds);
    }
}
