package sessionctl.fleet;

import sessionctl.inventory.Droplet;

/** Receives the steps on all droplets, from many threads at once. */
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

    /** Removes drawn progress lines, because other output follows. */
    default void clear() {}

    /** Stops drawing until {@link #resume}, because the operator is asked something on the same terminal. */
    default void pause() {}

    /** Continues drawing after {@link #pause}. */
    default void resume() {}
}
