package sessionctl.verify;

/** What came of knocking at a TCP port. */
public enum Answer {
    /** A connection. */
    OPEN,
    /** A reset or an ICMP error: nobody listens, or a rule says no aloud. */
    REFUSED,
    /** Nothing until the time was over: a rule drops it, or there is no way. */
    SILENT,
    /** The droplet that should have knocked could not. */
    UNKNOWN
}
