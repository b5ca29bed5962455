package sessionctl.state;

import java.util.List;

/**
 * The paths and names of PHP's files on Debian and Ubuntu, for one version and SAPI.
 *
 * @param version as in the paths: {@code 8.2}; {@code 5} for the php5 packages, whose paths have no minor version
 * @param fpm true for PHP-FPM, false for Apache's module
 */
public record PhpLayout(String version, boolean fpm) {
    private boolean php5() {
        return version.equals("5");
    }

    /**
     * Returns true if the memcache module is version 4.0 or newer, which Debian 11 and Ubuntu 20.04 brought. It accepts
     * fractions of a second as a server's timeout; version 3.0.8 reads 0.4 as 0 and then refuses every session. It
     * writes as many replicas as session_redundancy says; version 3.0.8 writes one less (memcache_session.c).
     */
    public boolean hasModule4() {
        return !version.matches("[56]([.].*)?|7[.][0-3]");
    }

    /** Returns the name for the operator. */
    public String words() {
        return "PHP " + version + (fpm ? " (FPM)" : " (Apache's module)");
    }

    private String base() {
        return php5() ? "/etc/php5" : "/etc/php/" + version;
    }

    private String sapi() {
        return fpm ? "fpm" : "apache2";
    }

    /** Returns the path of the SAPI's php.ini. The CLI has another one. */
    public String phpIni() {
        return base() + "/" + sapi() + "/php.ini";
    }

    /** Returns the path of the memcache module's own file. */
    public String memcacheIni() {
        return base() + "/mods-available/memcache.ini";
    }

    /** Returns the folder of the SAPI's module links. */
    public String confDir() {
        return base() + "/" + sapi() + "/conf.d";
    }

    /** Returns the service to reload after a file has changed. */
    public String service() {
        return fpm ? fpmName() : "apache2";
    }

    /** Returns the name of FPM's service and of its Apache configuration. */
    public String fpmName() {
        return php5() ? "php5-fpm" : "php" + version + "-fpm";
    }

    /** Returns FPM's program, which checks its own configuration with -t. */
    public String fpmProgram() {
        return php5() ? "php5-fpm" : "php-fpm" + version;
    }

    /** Returns the CLI of the same version, which the packages of every SAPI bring. */
    public String cli() {
        return php5() ? "php5" : "php" + version;
    }

    /** Returns the name of Apache's PHP module. */
    public String apacheModule() {
        return "php" + version;
    }

    /** Returns the command that enables the memcache module (phpenmod(8), php5enmod(8)). */
    public List<String> enableMemcache() {
        return php5() ? List.of("php5enmod", "memcache") : List.of("phpenmod", "-v", version, "-s", sapi(), "memcache");
    }
}
