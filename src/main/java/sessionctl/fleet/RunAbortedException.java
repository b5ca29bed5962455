package sessionctl.fleet;

/**
 * Ends a run between two steps, because it was interrupted or a droplet was lost. The droplet of the current step has
 * no fault.
 */
public final class RunAbortedException extends RuntimeException {
    private static final long serialVersionUID = 1;
}
