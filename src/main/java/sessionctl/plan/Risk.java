package sessionctl.plan;

/** The possible cost of a change for the visitors of the sites. */
public enum Risk {
    /** No request notices the change. */
    NONE(""),
    /**
     * While the web server reads its files again, requests wait for it. A wave therefore changes only some of the
     * droplets.
     */
    HOLDS_REQUESTS(""),
    /**
     * No session is lost, but one droplet is changed at a time: the other servers take over until it is filled again.
     */
    REJOINS("sessions are kept: the other servers take over until this one is refilled"),
    /**
     * The replicas that this droplet's memcached holds are lost. With some versions of the PHP module the sessions are
     * lost too.
     */
    LOSES_LOCAL_SESSIONS("the sessions that this memcached holds are lost with it"),
    /** Sessions that PHP looks for on another server than the one that holds them are lost. */
    LOSES_MOVED_SESSIONS("PHP then looks for some sessions on servers that lack them, and starts empty ones"),
    /** Connections to the droplet may break. The droplet rolls such a change back by itself unless it is confirmed. */
    MAY_CUT_ACCESS("");

    private final String words;

    Risk(String words) {
        this.words = words;
    }

    /** Returns true if the change logs visitors out. */
    public boolean losesSessions() {
        return this == LOSES_LOCAL_SESSIONS || this == LOSES_MOVED_SESSIONS;
    }

    /** Returns an explanation for the operator; empty if there is none. */
    public String words() {
        return words;
    }
}
