package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.state.PhpLayout;
import sessionctl.state.Platform;

class PackageTableTest {
    private static Platform platform(String id, String version) {
        return new Platform(id, version, id + " " + version, true);
    }

    @ParameterizedTest
    @CsvSource({
        "debian, 8, 5, libapache2-mod-php5, php5-fpm, php5-memcache",
        "debian, 9, 7.0, libapache2-mod-php, php-fpm, php-memcache",
        "debian, 10, 7.3, libapache2-mod-php, php-fpm, php-memcache",
        "debian, 11, 7.4, libapache2-mod-php, php-fpm, php-memcache",
        "debian, 12, 8.2, libapache2-mod-php, php-fpm, php-memcache",
        "debian, 13, 8.4, libapache2-mod-php, php-fpm, php-memcache",
        "ubuntu, 14.04, 5, libapache2-mod-php5, php5-fpm, php5-memcache",
        "ubuntu, 16.04, 7.0, libapache2-mod-php, php-fpm, php-memcache",
        "ubuntu, 18.04, 7.2, libapache2-mod-php, php-fpm, php-memcache",
        "ubuntu, 20.04, 7.4, libapache2-mod-php, php-fpm, php-memcache",
        "ubuntu, 22.04, 8.1, libapache2-mod-php, php-fpm, php-memcache",
        "ubuntu, 24.04, 8.3, libapache2-mod-php, php-fpm, php-memcache",
    })
    void aBareDropletOfEveryReleaseGets(String id, String version, String php, String module, String fpm, String ext) {
        Platform platform = platform(id, version);
        assertThat(PackageTable.phpOf(platform)).isEqualTo(php);
        assertThat(PackageTable.packages(platform, new PhpLayout(php, false), Set.of()))
                .containsExactly("apache2", module, ext, "memcached");
        assertThat(PackageTable.packages(platform, new PhpLayout(php, true), Set.of()))
                .containsExactly("apache2", fpm, ext, "memcached");
        assertThat(PackageTable.releases()).contains(id + " " + version);
    }

    @Test
    void aReleaseThatIsNotInTheTableHasNoPhpOfItsOwn() {
        assertThat(PackageTable.phpOf(platform("debian", ""))).isNull();
        assertThat(PackageTable.phpOf(platform("rocky", "9"))).isNull();
    }

    @Test
    void aPhpThatTheReleaseDoesNotBringKeepsItsVersionInEveryName() {
        assertThat(PackageTable.packages(platform("debian", "12"), new PhpLayout("8.3", false), Set.of()))
                .containsExactly("apache2", "libapache2-mod-php8.3", "php8.3-memcache", "memcached");
        assertThat(PackageTable.packages(platform("debian", "12"), new PhpLayout("7.4", true), Set.of()))
                .containsExactly("apache2", "php7.4-fpm", "php7.4-memcache", "memcached");
    }

    @Test
    void whatIsInstalledUnderItsVersionedNameIsNotWantedUnderAnother() {
        Set<String> installed = Set.of("libapache2-mod-php8.2", "php8.2-memcache");
        assertThat(PackageTable.packages(platform("debian", "12"), new PhpLayout("8.2", false), installed))
                .containsExactly("apache2", "libapache2-mod-php8.2", "php8.2-memcache", "memcached");
    }

    @ParameterizedTest
    @CsvSource({"nginx", "nginx-core", "nginx-full", "nginx-light", "lighttpd", "caddy"})
    void besideAnotherWebServerApacheIsNotWanted(String server) {
        assertThat(PackageTable.packages(platform("debian", "12"), new PhpLayout("8.2", true), Set.of(server)))
                .containsExactly("php-fpm", "php-memcache", "memcached");
        assertThat(PackageTable.apacheServes(new PhpLayout("8.2", false), Set.of(server)))
                .isTrue();
    }
}
