package sessionctl.verify;

import java.util.List;
import sessionctl.command.Invocation;

/**
 * The result of one check of {@code verify}.
 *
 * @param id a stable identifier, used in JSON and JUnit output
 * @param property the property that was checked, as a sentence for people
 * @param detail the method and the measurements, or the reason for skipping
 * @param failures the reasons for a failure, the likeliest cause first; empty unless the check failed
 */
public record CheckResult(String id, String property, Result result, String detail, List<CheckFailure> failures) {
    /** Passed, failed or skipped. */
    public enum Result {
        /** The check passed. */
        PASSED("kept"),
        /** The check failed. */
        FAILED("broken"),
        /** The check was skipped, or could not cover all droplets. */
        SKIPPED("not_tried");

        private final String id;

        Result(String id) {
            this.id = id;
        }

        /** Returns the value of the result in JSON output. */
        public String id() {
            return id;
        }
    }

    public CheckResult {
        failures = List.copyOf(failures);
    }

    /** A check that failed if there are findings, and passed if there are none. */
    public static CheckResult of(String id, String property, String detail, List<CheckFailure> failures) {
        return new CheckResult(id, property, failures.isEmpty() ? Result.PASSED : Result.FAILED, detail, failures);
    }

    /** A skipped check, with the reason. */
    public static CheckResult skipped(String id, String property, String why) {
        return new CheckResult(id, property, Result.SKIPPED, why, List.of());
    }

    /** Returns a copy whose remedies name sessionctl with this invocation's inventory. */
    public CheckResult withCommandsOf(Invocation invocation) {
        return new CheckResult(
                id,
                property,
                result,
                detail,
                failures.stream().map(f -> f.withCommandsOf(invocation)).toList());
    }

    /**
     * Returns a skipped result if this check passed but left out some droplets; otherwise returns this result.
     *
     * @param where the droplets that were not tested; empty if all were
     */
    public CheckResult skippedAfter(String where) {
        return result == Result.PASSED && !where.isEmpty()
                ? skipped(id, property, detail + "; not tested: " + where)
                : this;
    }
}
