package sessionctl.verify;

/** What came of knocking at a TCP port. */
public enum Answer {
    /** A connection. */
    OPEN("open"),
    /** A reset or an ICMP error: nobody listens, or a rule says no aloud. */
    REFUSED("refused"),
    /** Nothing until the time was over: a rule drops it, or there is no way. */
    SILENT("silent"),
    /** The droplet that should have knocked could not. */
    UNKNOWN("unknown"),
    /** Nothing was tried, or nothing answers at that address, so that a closed port would look the same. */
    NOT_TESTED("not tested"),
    /** One of both droplets has left the cluster: no connection is needed, and none was tried. */
    LEFT("left");

    private final String words;

    Answer(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }
}
