package sessionctl.report;

import sessionctl.verify.Proof;

/** One form of telling a run. */
public interface Report {
    /** What is about to be done, before it is; empty where the form has one document only. */
    String before(Run run);

    /** What came of it. */
    String after(Run run);

    /** Who changed what. */
    String of(History history, int exitCode);

    /** What verify found. */
    String of(Proof proof, int exitCode);
}
