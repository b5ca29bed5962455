package sessionctl.report;

/** A file that is not a valid saved plan. The message names the problem and the remedy. */
public final class InvalidPlanFileException extends Exception {
    private static final long serialVersionUID = 1;

    public InvalidPlanFileException(String message) {
        super(message);
    }
}
