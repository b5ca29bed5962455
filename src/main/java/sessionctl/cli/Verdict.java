package sessionctl.cli;

import java.util.List;
import sessionctl.report.Entry;
import sessionctl.report.Status;

/** From where the droplets stand, the exit code. */
final class Verdict {
    private Verdict() {}

    static int of(List<Entry> entries) {
        if (entries.stream().anyMatch(e -> e.status() == Status.UNREACHABLE)) {
            return ExitCode.UNREACHED;
        }
        boolean failed = entries.stream()
                .anyMatch(e -> e.status() == Status.FAILED
                        || e.status() == Status.NOT_REACHED
                        || e.status() == Status.ROLLED_BACK);
        return failed ? ExitCode.FAILED : ExitCode.OK;
    }
}
