package sessionctl.desired;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sessionctl.state.Actual;
import sessionctl.state.PhpLayout;
import sessionctl.state.Platform;

/** What the distributions call the packages, and which PHP a release brings where apt does not say it. */
final class PackageTable {
    /** Release to the version in PHP's paths; 5 stands for the php5 packages, whose paths bear no minor version. */
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

    /** A package of one release of PHP, as others depend on it. */
    private static final Pattern RELEASED =
            Pattern.compile("\\b(?:libapache2-mod-php|php)(\\d{1,3}[.]\\d{1,3})(?=-fpm\\b|-memcache\\b|[^-.\\w]|$)");

    /** Web servers that pass PHP on to FPM; where one of them is installed, Apache is not wanted too. */
    private static final List<String> OTHER_WEB_SERVERS =
            List.of("nginx", "nginx-core", "nginx-full", "nginx-light", "lighttpd", "caddy");

    private PackageTable() {}

    /** The PHP that the release's own packages bring; null for a release that is not in the table. */
    static @Nullable String phpOf(Platform platform) {
        return PHP.get(platform.id() + " " + platform.version());
    }

    /** The PHP that a droplet would get: apt's own word counts, for it knows every release and every source. */
    static @Nullable String phpOf(Actual actual, boolean fpm) {
        return released(actual, fpm ? "php-fpm" : "libapache2-mod-php").stream()
                .findFirst()
                .orElse(phpOf(actual.platform()));
    }

    private static List<String> released(Actual actual, String name) {
        return RELEASED.matcher(actual.offers().getOrDefault(name, ""))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** Whether another web server than Apache is installed: beside it, Apache would find its port taken. */
    static boolean otherServes(Set<String> installed) {
        return OTHER_WEB_SERVERS.stream().anyMatch(installed::contains);
    }

    /** Whether PHP's pages are served by Apache here. */
    static boolean apacheServes(PhpLayout php, Set<String> installed) {
        return !php.fpm() || !otherServes(installed);
    }

    /** The packages that a droplet should have, each by the name under which it has it or can get it. */
    static List<String> packages(Actual actual, PhpLayout php) {
        Set<String> installed = actual.state().packages();
        String version = php.version();
        boolean usual = version.equals(phpOf(actual, php.fpm()));
        List<String> names = new ArrayList<>();
        if (apacheServes(php, installed)) {
            names.add("apache2");
        }
        if (version.equals("5")) {
            names.add(php.fpm() ? "php5-fpm" : "libapache2-mod-php5");
            names.add("php5-memcache");
        } else {
            String sapi = php.fpm() ? "php" + version + "-fpm" : "libapache2-mod-php" + version;
            names.add(either(installed, sapi, usual ? (php.fpm() ? "php-fpm" : "libapache2-mod-php") : sapi));
            String memcache = "php" + version + "-memcache";
            List<String> modules = released(actual, "php-memcache");
            boolean brings = usual && (modules.isEmpty() || modules.contains(version));
            names.add(either(installed, memcache, brings ? "php-memcache" : memcache));
        }
        names.add("memcached");
        return names;
    }

    private static String either(Set<String> installed, String versioned, String usual) {
        return installed.contains(versioned) ? versioned : usual;
    }
}
