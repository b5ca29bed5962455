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
    START;

    /** The word. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
