package sessionctl.desired;

/** What keeps a memcached from PHP until it is filled; {@link sessionctl.state.Actual#guardable} says where it can. */
final class Guard {
    /** The program itself. */
    static final String PATH = "/usr/local/lib/sessionctl/guard";

    /** What brings the packet filter that it calls. */
    static final String PACKAGE = "iptables";

    private Guard() {}
}
