package sessionctl.action;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Handles Ctrl-C and SIGTERM: gives the steps under way on the droplets 10 seconds to finish, and prints how far the
 * run came. A step that still runs after that is finished by the droplet itself.
 */
public final class Interruption {
    private static final long PATIENCE_SECONDS = 10;

    /** A command that can end early. */
    interface Interruptible {
        /**
         * Asks the command to end early. Called from another thread.
         *
         * @return whether to wait for the command to finish and print its result
         */
        boolean stop();

        /**
         * Prints how far the command came. Called if the command did not finish in time, or if waiting is of no use.
         */
        void printUnfinished();

        /** Reports the end of the process, which a signal has ended, to its log. */
        default void finish(int exitCode) {}
    }

    private final Interruptible work;
    private final CountDownLatch finished = new CountDownLatch(1);

    private Interruption(Interruptible work) {
        this.work = work;
    }

    /**
     * Runs a command and handles signals until it has returned.
     *
     * @param main runs the work and returns the exit code
     * @return the exit code of {@code main}; after a signal, the process ends with 130 instead
     */
    public static <T extends Interruptible> int watch(T work, ToIntFunction<T> main) {
        Interruption interruption = new Interruption(work);
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::interrupt, "interruption"));
        try {
            return main.applyAsInt(work);
        } finally {
            interruption.finished.countDown();
        }
    }

    /** Runs as a shutdown hook. If the work is not finished at that time, a signal has ended the process. */
    private void interrupt() {
        if (finished.getCount() == 0) {
            return;
        }
        if (!work.stop() || !awaitEnd()) {
            work.printUnfinished();
        }
        work.finish(ExitCode.INTERRUPTED);
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }

    private boolean awaitEnd() {
        try {
            return finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }
}
