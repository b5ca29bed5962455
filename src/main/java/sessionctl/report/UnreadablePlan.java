package sessionctl.report;

/** A file that holds no saved plan; the message says what is so, and what to do. */
public final class UnreadablePlan extends Exception {
    private static final long serialVersionUID = 1;

    UnreadablePlan(String message) {
        super(message);
    }
}
