package sessionctl.health;

/** The checks before a first run. A check comes after those that it needs. */
public enum PreflightItem {
    /** The droplet answers at the address that SSH uses. */
    REACH("reachable"),
    /** Its host key is the expected one. */
    HOST_KEY("host key"),
    /** It accepts the login key. */
    LOGIN("login"),
    /** The login can act as root. */
    ROOT("root"),
    /** It runs a Debian or Ubuntu with a supported PHP. */
    SYSTEM("system"),
    /** It holds its private address. */
    ADDRESS("private address"),
    /** It reaches the memcached port of every other droplet, or a refusal from there. */
    NETWORK("private network"),
    /** Its package sources offer the packages that it lacks. */
    PACKAGES("packages"),
    /** No other program listens at memcached's port. */
    MEMCACHED_PORT("memcached's port"),
    /** No program other than a web server listens at port 80. */
    WEB_PORT("port 80"),
    /** No other firewall program manages the rules. */
    FIREWALL("other firewalls"),
    /** Its clock agrees with the other droplets' clocks. */
    CLOCK("clock"),
    /** Its disk has space for the packages. */
    DISK("disk"),
    /** Its memory has space for the sessions. */
    MEMORY("memory"),
    /** No other file overrides the settings of the inventory. */
    SETTINGS("php settings");

    private final String words;

    PreflightItem(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
