package sessionctl.action;

/** The exit codes of the process. Scripts rely on these numbers. */
public final class ExitCode {
    /** Done, or nothing to do. */
    public static final int OK = 0;

    /** Something failed on a droplet, or the run was refused. */
    public static final int FAILED = 1;

    /** A dry run with {@code --detailed-exitcode} found changes. */
    public static final int CHANGES = 2;

    /** A check found something wrong. */
    public static final int CHECK_FAILED = 3;

    /** A droplet could not be reached, or its host key was refused. */
    public static final int UNREACHED = 4;

    /** Wrong usage, inventory or template. */
    public static final int USAGE = 5;

    /** The firewall was rolled back on all droplets. */
    static final int ROLLED_BACK = 6;

    /** Another run holds the lease of a droplet. */
    static final int HELD = 7;

    /** Interrupted by Ctrl-C or SIGTERM. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
