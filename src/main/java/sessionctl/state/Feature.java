package sessionctl.state;

import java.util.List;

/**
 * An installed component that a link enables: an Apache module, an Apache configuration, or a PHP module of one SAPI.
 *
 * @param words the name for the operator
 * @param link the link that exists if the feature is enabled
 * @param enable the distribution's command that creates the link, as words
 */
public record Feature(String words, String link, List<String> enable) {
    public Feature {
        enable = List.copyOf(enable);
    }

    /** Returns an Apache module (a2enmod(8)). */
    public static Feature apacheModule(String name) {
        return new Feature(
                "Apache module " + name, "/etc/apache2/mods-enabled/" + name + ".load", List.of("a2enmod", "-q", name));
    }

    /** Returns an Apache configuration (a2enconf(8)). */
    public static Feature apacheConf(String name) {
        return new Feature(
                "Apache configuration " + name,
                "/etc/apache2/conf-enabled/" + name + ".conf",
                List.of("a2enconf", "-q", name));
    }

    /** Returns the memcache module for one SAPI of PHP. Its priority is 20 in every release (phpenmod(8)). */
    public static Feature memcacheModule(PhpLayout php) {
        return new Feature("PHP module memcache", php.confDir() + "/20-memcache.ini", php.enableMemcache());
    }
}
