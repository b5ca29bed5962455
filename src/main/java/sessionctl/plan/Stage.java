package sessionctl.plan;

/** The steps of a run, in order; every droplet finishes one before any begins the next. */
public enum Stage {
    /** Servers that leave are avoided by all before anything else: pages wait for one that is dead till then. */
    AWAY("away"),
    /** What must be installed before anything can be configured. */
    PACKAGES("packages"),
    /** memcached listens where PHP will look for it before any PHP looks there. */
    MEMCACHED("memcached"),
    /** Servers that some PHP does not know yet, or is to forget, are shut: while lists differ nobody may read from them. */
    CLOSE("close"),
    /** The way to servers that were to leave and are members again is free, while they are still shut themselves. */
    RETURN("return"),
    /** PHP and the web server, the last to learn of it. */
    WEB("web"),
    /** New servers are filled and opened, now that every PHP writes to them. */
    OPEN("open"),
    /** Servers that nobody asks any more stop. */
    RETIRE("retire"),
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
