package sessionctl.state;

import java.util.List;

/**
 * Where Debian and Ubuntu keep PHP's files for one version and SAPI.
 *
 * @param version as in the paths: {@code 8.2}; {@code 5} for the php5 packages, whose paths bear no minor version
 * @param fpm whether PHP-FPM runs it; Apache's module otherwise
 */
public record PhpLayout(String version, boolean fpm) {
    private boolean php5() {
        return version.equals("5");
    }

    /**
     * Whether the memcache module is of version 4.0 or newer, which comes with Debian 11 and Ubuntu 20.04. It takes part of
     * a second for a server's timeout; version 3.0.8 reads 0.4 as 0 and then refuses every session. And it writes as many
     * copies as session_redundancy says; 3.0.8 writes one less (memcache_session.c).
     */
    public boolean hasModule4() {
        return !version.matches("[56]([.].*)?|7[.][0-3]");
    }

    private String base() {
        return php5() ? "/etc/php5" : "/etc/php/" + version;
    }

    private String sapi() {
        return fpm ? "fpm" : "apache2";
    }

    /** The SAPI's php.ini, never the CLI's. */
    public String phpIni() {
        return base() + "/" + sapi() + "/php.ini";
    }

    /** The memcache module's own file. */
    public String memcacheIni() {
        return base() + "/mods-available/memcache.ini";
    }

    /** The folder of the SAPI's module links. */
    public String confDir() {
        return base() + "/" + sapi() + "/conf.d";
    }

    /** The service that must be reloaded when a file changed. */
    public String service() {
        return fpm ? fpmName() : "apache2";
    }

    /** FPM's service and Apache configuration. */
    public String fpmName() {
        return php5() ? "php5-fpm" : "php" + version + "-fpm";
    }

    /** FPM's program, which checks its own configuration with -t. */
    public String fpmProgram() {
        return php5() ? "php5-fpm" : "php-fpm" + version;
    }

    /** The CLI of the same version, which every SAPI's package brings. */
    public String cli() {
        return php5() ? "php5" : "php" + version;
    }

    /** Apache's module. */
    public String apacheModule() {
        return "php" + version;
    }

    /** phpenmod(8), php5enmod(8). */
    public List<String> enableMemcache() {
        return php5() ? List.of("php5enmod", "memcache") : List.of("phpenmod", "-v", version, "-s", sapi(), "memcache");
    }
}
