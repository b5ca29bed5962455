package sessionctl.report;

/** Where a droplet stands. */
public enum Status {
    /** Nothing to do. */
    IN_SYNC("in sync"),
    /** Changes that nobody carried out, or has not yet. */
    PLANNED("planned"),
    /** Everything carried out. */
    DONE("done"),
    /** Something went wrong there. */
    FAILED("failed"),
    /** The run stopped before it was done, for a reason elsewhere. */
    NOT_REACHED("not reached"),
    /** Changed, and changed back for a reason elsewhere. */
    ROLLED_BACK("rolled back"),
    /** No connection, or an untrusted one. */
    UNREACHABLE("unreachable");

    private final String words;

    Status(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
