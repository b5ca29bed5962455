package sessionctl.action;

import java.util.List;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;

/**
 * Derives a run's exit code from the status of its droplets. An unreachable droplet takes precedence over a failed one.
 */
final class ExitCodes {
    private ExitCodes() {}

    static int of(List<DropletReport> entries) {
        if (entries.stream().anyMatch(e -> e.status() == DropletStatus.UNREACHABLE)) {
            return ExitCode.UNREACHED;
        }
        boolean failed = entries.stream()
                .anyMatch(e -> e.status() == DropletStatus.FAILED
                        || e.status() == DropletStatus.NOT_REACHED
                        || e.status() == DropletStatus.ROLLED_BACK);
        return failed ? ExitCode.FAILED : ExitCode.OK;
    }
}
