package sessionctl.state;

/** What a droplet's memcached is to its cluster. */
public enum Role {
    /** No droplet keeps sessions in memcached yet: nothing can be lost. */
    FOUNDER,
    /** PHP's lists name it. */
    MEMBER,
    /** PHP's lists do not name it yet, or it was not admitted yet. */
    NEWCOMER,
    /** The operator takes it out. */
    LEAVER
}
