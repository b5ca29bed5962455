package sessionctl.inventory;

/**
 * PHP's session settings, from {@code sessions:} in the inventory.
 *
 * @param lifetime seconds without a request after which a session ends, session.gc_maxlifetime
 * @param lockTimeout seconds after which a session's lock expires, memcache.lock_timeout; longer than the longest
 *     request, because a request that outlives its lock loses updates (memcache_session.c)
 * @param serverTimeout the time for which PHP waits for a server that does not respond, the {@code timeout} of each
 *     server in session.save_path; there is no directive for it (php_memcache.h, MMC_DEFAULT_TIMEOUT)
 * @param copies the number of servers that must hold each session; a number larger than the cluster means all servers
 */
public record Sessions(
        Configured<Integer> lifetime, Configured<Integer> lockTimeout, Configured<Seconds> serverTimeout, int copies) {
    /** The number of replicas that means every server. */
    public static final int ALL = Integer.MAX_VALUE;

    /** The defaults, which are those of PHP and its memcache module. */
    public static Sessions defaults() {
        return new Sessions(
                Configured.ofDefault(1440), Configured.ofDefault(15), Configured.ofDefault(new Seconds(1000)), ALL);
    }
}
