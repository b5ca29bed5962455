package sessionctl.fleet;

import sessionctl.inventory.Droplet;

/** Told what happens on which droplet, from many threads at once. */
public interface Progress {
    /** Nobody wants to know. */
    Progress SILENT = new Progress() {
        @Override
        public void begin(Droplet droplet, String what) {}

        @Override
        public void end(Droplet droplet, String what) {}
    };

    /** Something begins that may take a while. */
    void begin(Droplet droplet, String what);

    /** It ended, with what came of it. */
    void end(Droplet droplet, String what);

    /** Something else will be printed now: what was drawn to be drawn over again goes away. */
    default void clear() {}

    /** Somebody is asked something on the same terminal: nothing is drawn there until {@link #resume}. */
    default void pause() {}

    /** He has answered. */
    default void resume() {}
}
