package sessionctl.plan;

/** The steps of a run, in order; every droplet finishes one before any begins the next. */
public enum Stage {
    /** What must be installed before anything can be configured. */
    PACKAGES("packages"),
    /** memcached listens where PHP will look for it before any PHP looks there. */
    MEMCACHED("memcached"),
    /** PHP and the web server, the last to learn of it. */
    WEB("web"),
    /** The packet filter, which has a command of its own. */
    FIREWALL("firewall");

    private final String words;

    Stage(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
