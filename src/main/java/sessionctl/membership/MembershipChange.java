package sessionctl.membership;

/** A change of the servers in PHP's lists, and the replicas that sessions have while lists differ. */
public enum MembershipChange {
    /** Every list names the servers that it should name, or no server stores anything. */
    NONE,
    /** Lists change. Every PHP writes each session to all servers of its list. */
    FULL_REPLICAS,
    /**
     * Lists change. PHP on some droplet writes to fewer servers than its list has. The server where PHP looks for a
     * session depends on its list, so a session that another PHP has written may be missing or outdated there.
     */
    PARTIAL_REPLICAS
}
