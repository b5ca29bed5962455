package sessionctl.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Ctrl-C and SIGTERM: what is under way on the droplets is given a few seconds to finish, and it is said how far the run
 * came. What still runs then is finished by the droplet itself.
 */
final class Interruption {
    private static final long PATIENCE_SECONDS = 10;

    /** A command that can be told to end early. */
    interface Interruptible {
        /** Ends early; whether it is worth waiting for its own last words. */
        boolean stop();

        /** Says how far it came, for it did not end in time. */
        void farewell();
    }

    private final Interruptible work;
    private final CountDownLatch finished = new CountDownLatch(1);

    private Interruption(Interruptible work) {
        this.work = work;
    }

    /** Runs the work, and watches over it until everything that there was to say about it is said. */
    static <T extends Interruptible> int watch(T work, ToIntFunction<T> main) {
        Interruption interruption = new Interruption(work);
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::interrupted, "interruption"));
        try {
            return main.applyAsInt(work);
        } finally {
            interruption.finished.countDown();
        }
    }

    /** Runs when the process ends, for whatever reason; a signal is why when the work is not finished. */
    private void interrupted() {
        if (finished.getCount() == 0) {
            return;
        }
        if (!work.stop() || !awaited()) {
            work.farewell();
        }
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }

    private boolean awaited() {
        try {
            return finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }
}
