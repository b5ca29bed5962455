package sessionctl.ssh;

/** What to do about a host key that known_hosts does not list; a changed or revoked one is refused under both. */
public enum HostKeyPolicy {
    /** Refuse it. */
    STRICT,
    /** Ask the operator, and refuse it where there is nobody to ask. */
    ASK,
    /** Trust it this first time and write it down. */
    ACCEPT_NEW
}
