package sessionctl.plan;

/** What a change may cost the people who use the sites. */
public enum Risk {
    /** Nothing that anybody notices. */
    NONE(""),
    /** For the time in which the web server reads its files again, requests wait for it; so not all droplets at once. */
    HOLDS_REQUESTS(""),
    /** Nothing, but one droplet at a time: the others answer for it until it holds again what they hold. */
    REJOINS("PHP is kept away from it until its peers have given it back every session"),
    /** The copies that this droplet's memcached holds; the affected PHP modules then lose the session itself. */
    LOSES_LOCAL_SESSIONS("the sessions that this memcached holds are lost with it"),
    /** Sessions that PHP looks for in another place from now on than where they are. */
    LOSES_MOVED_SESSIONS("PHP then looks for some sessions where they are not, and takes them for new ones"),
    /** The connections to the droplet; it takes such a change back by itself unless it is confirmed. */
    MAY_CUT_ACCESS("");

    private final String words;

    Risk(String words) {
        this.words = words;
    }

    /** Whether anybody is logged out by it. */
    public boolean losesSessions() {
        return this == LOSES_LOCAL_SESSIONS || this == LOSES_MOVED_SESSIONS;
    }

    /** For people; empty when there is nothing to say. */
    public String words() {
        return words;
    }
}
