package sessionctl.guard;

/**
 * The guard, the program that fences a memcached until it is filled. {@link sessionctl.state.DropletFacts#canHaveGuard}
 * returns true for a droplet that can have one.
 */
public final class GuardProgram {
    /** The folder of sessionctl's programs on a droplet. */
    public static final String FOLDER = "/usr/local/lib/sessionctl/";

    /** The path of the program. */
    public static final String PATH = FOLDER + "guard";

    /** The part of memcached's unit that makes systemd call it. */
    public static final String UNIT = "/etc/systemd/system/memcached.service.d/sessionctl.conf";

    /** The package of the packet filter that it calls. */
    public static final String PACKAGE = "iptables";

    private GuardProgram() {}
}
