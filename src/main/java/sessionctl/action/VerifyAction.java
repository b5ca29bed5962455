package sessionctl.action;

import java.util.List;
import java.util.function.Consumer;
import sessionctl.inventory.Droplet;
import sessionctl.verify.CheckResult;
import sessionctl.verify.Verification;
import sessionctl.verify.VerificationResult;

/** One run of {@code verify}: runs the checks, prints the result, and removes the probe pages. */
public final class VerifyAction implements Interruption.Interruptible {
    private final Verification verification;
    private final Console console;
    private final RunLeases lease;
    private final List<Droplet> drilled;
    private final Consumer<VerificationResult> reportFile;

    /**
     * Creates a run that has not begun.
     *
     * @param lease holds the droplets during a drill
     * @param drilled the droplets whose memcached the drill stops; empty without a drill, which takes no lease
     * @param reportFile receives the result, too, for a report in a file
     */
    public VerifyAction(
            Verification verification,
            RunLeases lease,
            List<Droplet> drilled,
            Consumer<VerificationResult> reportFile) {
        this.verification = verification;
        this.console = lease.console();
        this.lease = lease;
        this.drilled = drilled;
        this.reportFile = reportFile;
    }

    /**
     * Runs all checks, and the drill if there is one, and prints the result.
     *
     * @return the exit code
     */
    public int run() {
        VerificationResult result;
        int code;
        try (lease) {
            if (!drilled.isEmpty()) {
                lease.acquire(drilled);
            }
            result = verification.run(lease::isLost);
            code = code(result);
            if (verification.drilled()) {
                lease.recordResults(drilled, outcome(code));
            }
        }
        console.print(console.report().render(result, code));
        reportFile.accept(result);
        return code;
    }

    private static String outcome(int code) {
        return switch (code) {
            case ExitCode.OK -> "done";
            case ExitCode.INTERRUPTED -> "interrupted";
            default -> "failed";
        };
    }

    private int code(VerificationResult result) {
        if (verification.stopped()) {
            return ExitCode.INTERRUPTED;
        }
        if (!result.unreached().isEmpty()) {
            return ExitCode.UNREACHED;
        }
        return result.count(CheckResult.Result.FAILED) == 0 ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }

    @Override
    public boolean stop() {
        verification.stop();
        if (!verification.hasStarted()) {
            console.note("Interrupted; nothing was changed.");
            return false;
        }
        console.note("Interrupted: restoring memcached and removing the probe page.");
        return true;
    }

    @Override
    public void printUnfinished() {
        if (!verification.hasStarted()) {
            return;
        }
        console.note("A droplet whose connection was lost restores its memcached by itself after --drill-timeout, and"
                + " removes the probe page within " + verification.pageSeconds() + " s.");
    }

    @Override
    public void finish(int exitCode) {
        console.finish(exitCode);
    }
}
