package sessionctl.fleet;

import java.util.concurrent.ThreadFactory;

/** Creates threads that do not keep the program running. */
public final class DaemonThreads {
    private DaemonThreads() {}

    /** Returns a factory of threads with this name. */
    public static ThreadFactory named(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
