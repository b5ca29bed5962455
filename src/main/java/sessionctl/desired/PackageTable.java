package sessionctl.desired;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sessionctl.state.DropletFacts;
import sessionctl.state.PhpLayout;
import sessionctl.state.Platform;

/** The distributions' package names, and the PHP version of each release if apt does not know it. */
final class PackageTable {
    /** Release to the version in PHP's paths. 5 stands for the php5 packages, whose paths have no minor version. */
    private static final Map<String, String> PHP = Map.ofEntries(
            Map.entry("debian 8", "5"),
            Map.entry("debian 9", "7.0"),
            Map.entry("debian 10", "7.3"),
            Map.entry("debian 11", "7.4"),
            Map.entry("debian 12", "8.2"),
            Map.entry("debian 13", "8.4"),
            Map.entry("ubuntu 14.04", "5"),
            Map.entry("ubuntu 16.04", "7.0"),
            Map.entry("ubuntu 18.04", "7.2"),
            Map.entry("ubuntu 20.04", "7.4"),
            Map.entry("ubuntu 22.04", "8.1"),
            Map.entry("ubuntu 24.04", "8.3"),
            Map.entry("ubuntu 25.10", "8.4"),
            Map.entry("ubuntu 26.04", "8.5"),
            Map.entry("ubuntu 26.10", "8.5"));

    /** A package of one PHP release in a list of dependencies. */
    private static final Pattern RELEASED =
            Pattern.compile("\\b(?:libapache2-mod-php|php)(\\d{1,3}[.]\\d{1,3})(?=-fpm\\b|-memcache\\b|[^-.\\w]|$)");

    /** Web servers that pass PHP requests to FPM. If one of them is installed, Apache is not added. */
    private static final List<String> OTHER_WEB_SERVERS =
            List.of("nginx", "nginx-core", "nginx-full", "nginx-light", "lighttpd", "caddy");

    private PackageTable() {}

    /** Returns the version of the release's own PHP packages; null for a release that is not in the table. */
    static @Nullable String phpOf(Platform platform) {
        return PHP.get(platform.id() + " " + platform.version());
    }

    /**
     * Returns the PHP version that a droplet would get; null if unknown. apt's answer has priority, because it knows
     * every release and every source.
     */
    static @Nullable String phpOf(DropletFacts facts, boolean fpm) {
        return released(facts, fpm ? "php-fpm" : "libapache2-mod-php").stream()
                .findFirst()
                .orElse(phpOf(facts.platform()));
    }

    private static List<String> released(DropletFacts facts, String name) {
        return RELEASED.matcher(facts.offers().getOrDefault(name, ""))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** Returns true if another web server than Apache is installed. Apache would then find its port in use. */
    static boolean otherServerRuns(Set<String> installed) {
        return OTHER_WEB_SERVERS.stream().anyMatch(installed::contains);
    }

    /** Returns true if Apache serves PHP's pages on the droplet. */
    static boolean apacheRuns(PhpLayout php, Set<String> installed) {
        return !php.fpm() || !otherServerRuns(installed);
    }

    /** Returns the packages that a droplet should have, each under the name that is installed or available there. */
    static List<String> packages(DropletFacts facts, PhpLayout php) {
        Set<String> installed = facts.state().packages();
        String version = php.version();
        boolean isDefault = version.equals(phpOf(facts, php.fpm()));
        List<String> names = new ArrayList<>();
        if (apacheRuns(php, installed)) {
            names.add("apache2");
        }
        if (version.equals("5")) {
            names.add(php.fpm() ? "php5-fpm" : "libapache2-mod-php5");
            names.add("php5-memcache");
        } else {
            String sapi = php.fpm() ? "php" + version + "-fpm" : "libapache2-mod-php" + version;
            names.add(firstOffered(installed, sapi, isDefault ? (php.fpm() ? "php-fpm" : "libapache2-mod-php") : sapi));
            String memcache = "php" + version + "-memcache";
            List<String> modules = released(facts, "php-memcache");
            boolean brings = isDefault && (modules.isEmpty() || modules.contains(version));
            names.add(firstOffered(installed, memcache, brings ? "php-memcache" : memcache));
        }
        names.add("memcached");
        return names;
    }

    private static String firstOffered(Set<String> installed, String versioned, String defaultPackage) {
        return installed.contains(versioned) ? versioned : defaultPackage;
    }
}
