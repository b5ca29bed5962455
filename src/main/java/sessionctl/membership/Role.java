package sessionctl.membership;

/** The role of a droplet's memcached in its cluster. */
public enum Role {
    /** The first servers of a new cluster: no droplet stores sessions in memcached yet, so none can be lost. */
    BOOTSTRAP,
    /** A server that PHP's lists name. */
    MEMBER,
    /** A server that PHP's lists do not name yet, that is cordoned, or that a peer still blocks. */
    JOINING,
    /** A server that the inventory marks as leaving. */
    LEAVING
}
