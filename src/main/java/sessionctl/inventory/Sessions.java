package sessionctl.inventory;

/**
 * PHP's session settings, from {@code sessions:} in the inventory.
 *
 * @param lifetime seconds without a request after which a session ends, session.gc_maxlifetime
 * @param lockTimeout seconds after which a session's lock is given up, memcache.lock_timeout; longer than the longest
 *     request, because a request that outlives its lock loses updates (memcache_session.c)
 * @param serverTimeout how long PHP waits for a server that is silent, the {@code timeout} of each server in
 *     session.save_path; there is no directive for it (php_memcache.h, MMC_DEFAULT_TIMEOUT)
 * @param copies servers that hold each session at least; any number from all of them on means all
 */
public record Sessions(
        Setting<Integer> lifetime, Setting<Integer> lockTimeout, Setting<Seconds> serverTimeout, int copies) {
    /** Every server holds every session. */
    public static final int EVERYWHERE = Integer.MAX_VALUE;

    /** What holds where the inventory is silent: PHP's and the module's own defaults. */
    public static Sessions usual() {
        return new Sessions(Setting.usual(1440), Setting.usual(15), Setting.usual(new Seconds(1000)), EVERYWHERE);
    }
}
