package sessionctl.verify;

import java.util.List;
import sessionctl.command.Invocation;

/**
 * One promise, tried.
 *
 * @param id for programs
 * @param promise as one says it to a person
 * @param detail what was tried and seen, or why nothing was
 * @param findings what breaks it, the likeliest cause first
 */
public record Case(String id, String promise, Result result, String detail, List<Finding> findings) {
    /** How it stands. */
    public enum Result {
        /** It holds. */
        KEPT,
        /** It does not. */
        BROKEN,
        /** Something that came before keeps it from being tried. */
        NOT_TRIED
    }

    /** Copies the findings. */
    public Case {
        findings = List.copyOf(findings);
    }

    /** Broken when there is anything that breaks it. */
    public static Case of(String id, String promise, String detail, List<Finding> findings) {
        return new Case(id, promise, findings.isEmpty() ? Result.KEPT : Result.BROKEN, detail, findings);
    }

    /** Not tried, and why. */
    public static Case notTried(String id, String promise, String why) {
        return new Case(id, promise, Result.NOT_TRIED, why, List.of());
    }

    /** The same with the commands that its findings name, as for this call. */
    public Case told(Invocation invocation) {
        return new Case(
                id,
                promise,
                result,
                detail,
                findings.stream().map(f -> f.told(invocation)).toList());
    }

    /** Kept as far as it was tried, which was not everywhere. */
    public Case butNotTried(String where) {
        return result == Result.KEPT && !where.isEmpty()
                ? notTried(id, promise, detail + "; not tried: " + where)
                : this;
    }
}
