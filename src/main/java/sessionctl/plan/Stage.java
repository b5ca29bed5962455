package sessionctl.plan;

/** The stages of a run, in order. All droplets finish a stage before any droplet begins the next. */
public enum Stage {
    /**
     * Every droplet blocks the servers that leave. It comes first, because pages wait for an unreachable server until
     * then.
     */
    BLOCK_LEAVING("away"),
    /** Installs the packages that later stages configure. */
    PACKAGES("packages"),
    /** Restores the original configuration of PHP, on all droplets before memcached loses its sessions. */
    RESTORE_WEB("web"),
    /** Removes the guard. It comes before memcached's restoration, because a start without it waits for no peer. */
    REMOVE_GUARD("guard"),
    /**
     * Restores the original configuration of memcached, while the pairwise rules still close its port to other hosts.
     */
    RESTORE_MEMCACHED("memcached"),
    /**
     * Changes the packet filter on all droplets together. The memcached port is closed to other hosts before memcached
     * listens there, and open to a joining droplet before that connects.
     */
    FIREWALL("firewall"),
    /** memcached listens at its new address before any PHP looks for it there. */
    MEMCACHED("memcached"),
    /**
     * Fences servers that some lists do not name yet or are about to drop: while lists differ, no PHP may read from
     * them.
     */
    CORDON("close"),
    /** Unblocks servers that were about to leave and rejoin. They are still fenced themselves. */
    UNBLOCK_REJOINING("return"),
    /** Configures PHP and the web server, after all servers are ready for the new list. */
    WEB("web"),
    /** Fills new servers and opens them, because every PHP now writes to them. */
    UNCORDON("open"),
    /** Stops servers that no PHP uses any more. */
    DECOMMISSION("retire"),
    /** Removes what is left of sessionctl, when no other stage needs it any more. */
    REMOVE_STATE("state"),
    /** Closes the memcached port to droplets that have left. */
    NARROW_FIREWALL("firewall");

    private final String words;

    Stage(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
