package sessionctl.inventory.edit;

/** An edit that the inventory does not allow, or that its text does not allow to make safely. */
public final class RefusedEditException extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    /** Creates a refusal with a reason: what is so, and what to do. */
    public RefusedEditException(String reason) {
        super(reason);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
