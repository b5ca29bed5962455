package sessionctl.health;

/** What is looked at before a first run, in the order in which one needs the other. */
public enum Aspect {
    /** It answers at its public address. */
    REACH("reachable"),
    /** It is the one that is meant. */
    HOST_KEY("host key"),
    /** The key opens it. */
    LOGIN("login"),
    /** It lets us act as root. */
    ROOT("root"),
    /** Debian or Ubuntu, with a PHP that is known. */
    SYSTEM("system"),
    /** It holds its private address. */
    ADDRESS("private address"),
    /** What it lacks can be had. */
    PACKAGES("packages"),
    /** Nobody else holds memcached's port. */
    MEMCACHED_PORT("memcached's port"),
    /** Nobody but a web server holds the web's port. */
    WEB_PORT("port 80"),
    /** No other program decides who may connect. */
    FIREWALL("other firewalls"),
    /** It has the time that the others have. */
    CLOCK("clock"),
    /** There is room for the packages. */
    DISK("disk"),
    /** There is room for the sessions. */
    MEMORY("memory"),
    /** Nothing overrides what will be set. */
    SETTINGS("php settings");

    private final String words;

    Aspect(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
