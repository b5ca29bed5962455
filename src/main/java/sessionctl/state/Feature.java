package sessionctl.state;

import java.util.List;

/**
 * Something installed that a link switches on: an Apache module or configuration, a PHP module of one SAPI.
 *
 * @param words what a person calls it
 * @param link the link whose presence means on
 * @param enable the distribution's own command that makes the link
 */
public record Feature(String words, String link, List<String> enable) {
    /** Copies the command. */
    public Feature {
        enable = List.copyOf(enable);
    }

    /** a2enmod(8). */
    public static Feature apacheModule(String name) {
        return new Feature(
                "Apache module " + name, "/etc/apache2/mods-enabled/" + name + ".load", List.of("a2enmod", "-q", name));
    }

    /** a2enconf(8). */
    public static Feature apacheConf(String name) {
        return new Feature(
                "Apache configuration " + name,
                "/etc/apache2/conf-enabled/" + name + ".conf",
                List.of("a2enconf", "-q", name));
    }

    /** The memcache module for one SAPI of PHP; its priority is 20 in every release (phpenmod(8)). */
    public static Feature memcacheModule(PhpLayout php) {
        return new Feature("PHP module memcache", php.confDir() + "/20-memcache.ini", php.enableMemcache());
    }
}
