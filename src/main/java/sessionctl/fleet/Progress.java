package sessionctl.fleet;

import sessionctl.inventory.Droplet;

/** Receives the stages of a run and the steps on all droplets, from many threads at once. */
public interface Progress {
    /** Ignores all steps. */
    Progress SILENT = new Progress() {
        @Override
        public void begin(Droplet droplet, String what) {}

        @Override
        public void end(Droplet droplet, String what) {}
    };

    /** Reports that a step begins which may take a while. */
    void begin(Droplet droplet, String what);

    /** Reports the end and the result of a step. */
    void end(Droplet droplet, String what);

    /** Reports the end and the result of a step that failed. */
    default void fail(Droplet droplet, String what) {
        end(droplet, what);
    }

    /**
     * Reports that a stage of a run begins.
     *
     * @param number its number, from 1
     * @param of the number of stages in which the run changes something
     */
    default void stage(int number, int of, String name) {}

    /** Reports that a change of the plan begins. Its steps are reported as well. */
    default void beginChange(Droplet droplet, String change) {}

    /** Reports that a change of the plan is done, has failed or was rolled back. */
    default void endChange(Droplet droplet, String change, boolean done) {}

    /** Reports a command that runs on a droplet, or its result, in one line without secrets. */
    default void command(Droplet droplet, String line) {}

    /** Reports an exception that ends the run. */
    default void error(Throwable cause) {}

    /** Reports the end of the run. Further calls have no effect. */
    default void finish(int exitCode) {}

    /** Removes drawn progress lines. Steps under way are drawn again with the next report. */
    default void clear() {}

    /**
     * Stops drawing until as many calls of {@link #resume}, because other output follows or the operator is asked
     * something on the same terminal.
     */
    default void pause() {}

    /** Continues drawing after {@link #pause}. */
    default void resume() {}
}
