package sessionctl.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** What every command that changes droplets understands. */
final class LockOptions {
    @Option(
            names = "--lock-timeout",
            paramLabel = "S",
            defaultValue = "0",
            description = "Seconds to wait where another run holds a droplet (default: ${DEFAULT-VALUE}).")
    private int seconds;

    /** How long another run is waited for. */
    Duration patience() {
        if (seconds < 0) {
            throw new CliFailure(ExitCode.USAGE, "--lock-timeout: " + seconds + " is not a number from 0 on");
        }
        return Duration.ofSeconds(seconds);
    }
}
