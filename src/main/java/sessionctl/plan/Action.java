package sessionctl.plan;

/** What a service is told, in the words of systemctl(1) and service(8). */
public enum Action {
    /** Nothing. */
    NONE,
    /** Read the configuration again, with every connection kept. */
    RELOAD,
    /** Stop and start. */
    RESTART,
    /** Start, for it does not run. */
    START,
    /** Have systemd take it as started, for it serves, while systemd waits for a PID file that it does not write. */
    FINISH;

    /** What it does to a service, for people. */
    String words(String service) {
        return this == FINISH ? "finish the start of " + service : word() + " " + service;
    }

    /** The word. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
