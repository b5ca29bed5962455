package sessionctl.action;

import java.util.function.IntSupplier;

/** The steps of a command around a run of {@code provision}. */
public interface RunHooks {
    /** Checks the plan before it is shown and applied; an exception prevents every change. */
    default void check(ProvisionPlanner planner) {}

    /** Runs before the first change of a droplet; an exception prevents every change. */
    default void begin() {}

    /** Runs after an exception that ends the run. */
    default void fail(Console console) {}

    /**
     * Runs at the end.
     *
     * @param code the exit code so far
     * @return the exit code
     */
    default int end(int code, boolean dryRun, ProvisionPlanner planner, Console console) {
        return code;
    }

    /** Runs a run that is no dry run, and the last step. Returns the exit code. */
    default int around(IntSupplier run, ProvisionPlanner planner, Console console) {
        int code;
        try {
            code = run.getAsInt();
        } catch (ActionFailure e) {
            fail(console);
            throw e;
        }
        return end(code, false, planner, console);
    }
}
