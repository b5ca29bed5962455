package sessionctl.plan;

/** An action on a service, with the names of systemctl(1) and service(8). */
public enum ServiceAction {
    /** Does nothing. */
    NONE,
    /** Reads the configuration again and keeps every connection. */
    RELOAD,
    /** Stops the service and starts it. */
    RESTART,
    /** Starts the service, which does not run. */
    START,
    /**
     * Makes systemd treat the service as started. It serves, but systemd still waits for a PID file that it does not
     * write.
     */
    FINISH;

    /** Returns the action on a service as words for the operator. */
    String words(String service) {
        return this == FINISH ? "finish the start of " + service : word() + " " + service;
    }

    /** Returns the name in lower case, as configure.sh expects it. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
