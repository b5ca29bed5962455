package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.state.DropletFacts;
import sessionctl.state.DropletState;
import sessionctl.state.GuardState;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.MemcachedStats;
import sessionctl.state.PhpLayout;
import sessionctl.state.Platform;
import sessionctl.state.RunConditions;

class PackageTableTest {
    private static Platform platform(String id, String version) {
        return new Platform(id, version, id + " " + version, true);
    }

    private static DropletFacts actual(String id, String version, Set<String> installed, Map<String, String> offers) {
        return new DropletFacts(
                platform(id, version),
                List.of(),
                Map.of(),
                offers,
                false,
                MemcachedFlags.NONE,
                MemcachedStats.NOTHING,
                GuardState.NONE,
                List.of(),
                null,
                null,
                null,
                RunConditions.GOOD,
                new DropletState(null, installed, Set.of(), Map.of(), Set.of(), Map.of()));
    }

    /** The offers of apt precede the table, for its releases and for packages of other archives. */
    @ParameterizedTest
    @CsvSource({
        "ubuntu, 25.10, 8.4",
        "ubuntu, 26.04, 8.5",
        "ubuntu, 26.10, 8.5",
        "ubuntu, 27.04, 8.6",
        "ubuntu, 28.04, 9.0",
        "debian, 14, 8.4",
        "debian, 15, 9.10",
        "debian, '', 8.4",
        "debian, 12, 8.5",
        "linuxmint, 23, 8.5",
        "raspbian, 14, 8.4",
        "pop, 26.04, 8.5",
        "'', '', 8.5"
    })
    void theOffersOfAptDefineThePhpVersion(String id, String version, String php) {
        Map<String, String> offers = Map.of(
                "libapache2-mod-php", "libapache2-mod-php" + php,
                "php-fpm", "php" + php + "-fpm (>= 1), php-common (>= 1:7.0+33~)",
                "php-memcache", "php-common (>= 2:95~), php" + php + "-memcache (= 8.2-5ubuntu1)");
        DropletFacts facts = actual(id, version, Set.of(), offers);
        assertThat(PackageTable.phpOf(facts, false)).isEqualTo(php);
        assertThat(PackageTable.phpOf(facts, true)).isEqualTo(php);
        assertThat(PackageTable.packages(facts, new PhpLayout(php, false)))
                .containsExactly("apache2", "libapache2-mod-php", "php-memcache", "memcached");
        assertThat(PackageTable.packages(facts, new PhpLayout(php, true)))
                .containsExactly("apache2", "php-fpm", "php-memcache", "memcached");
    }

    @Test
    void aModuleForAnotherPhpVersionIsNotUsed() {
        Map<String, String> offers =
                Map.of("libapache2-mod-php", "libapache2-mod-php8.6", "php-memcache", "php8.5-memcache");
        assertThat(PackageTable.packages(actual("ubuntu", "27.04", Set.of(), offers), new PhpLayout("8.6", false)))
                .containsExactly("apache2", "libapache2-mod-php", "php8.6-memcache", "memcached");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "php-common, libapache2-mod-php", "php7", "libapache2-mod-php8.2-dev", "xphp8.2-fpm"})
    void dependenciesWithoutAPhpVersionGiveNone(String depends) {
        DropletFacts facts = actual("ubuntu", "27.04", Set.of(), Map.of("libapache2-mod-php", depends));
        assertThat(PackageTable.phpOf(facts, false)).isNull();
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
        "ubuntu, 25.10, 8.4, libapache2-mod-php, php-fpm, php-memcache",
        "ubuntu, 26.04, 8.5, libapache2-mod-php, php-fpm, php-memcache",
        "ubuntu, 26.10, 8.5, libapache2-mod-php, php-fpm, php-memcache",
    })
    void everyReleaseHasItsPackages(String id, String version, String php, String module, String fpm, String ext) {
        DropletFacts platform = actual(id, version, Set.of(), Map.of());
        assertThat(PackageTable.phpOf(platform, false)).isEqualTo(php);
        assertThat(PackageTable.phpOf(platform, true)).isEqualTo(php);
        assertThat(PackageTable.packages(platform, new PhpLayout(php, false)))
                .containsExactly("apache2", module, ext, "memcached");
        assertThat(PackageTable.packages(platform, new PhpLayout(php, true)))
                .containsExactly("apache2", fpm, ext, "memcached");
    }

    @Test
    void anUnknownReleaseHasNoDefaultPhp() {
        assertThat(PackageTable.phpOf(platform("debian", ""))).isNull();
        assertThat(PackageTable.phpOf(platform("rocky", "9"))).isNull();
    }

    @Test
    void aPhpOfAnotherArchiveHasItsVersionInEveryPackageName() {
        assertThat(PackageTable.packages(actual("debian", "12", Set.of(), Map.of()), new PhpLayout("8.3", false)))
                .containsExactly("apache2", "libapache2-mod-php8.3", "php8.3-memcache", "memcached");
        assertThat(PackageTable.packages(actual("debian", "12", Set.of(), Map.of()), new PhpLayout("7.4", true)))
                .containsExactly("apache2", "php7.4-fpm", "php7.4-memcache", "memcached");
    }

    @Test
    void installedVersionedPackagesAreNotInstalledUnderAnotherName() {
        Set<String> installed = Set.of("libapache2-mod-php8.2", "php8.2-memcache");
        assertThat(PackageTable.packages(actual("debian", "12", installed, Map.of()), new PhpLayout("8.2", false)))
                .containsExactly("apache2", "libapache2-mod-php8.2", "php8.2-memcache", "memcached");
    }

    @ParameterizedTest
    @CsvSource({"nginx", "nginx-core", "nginx-full", "nginx-light", "lighttpd", "caddy"})
    void withAnotherWebServerApacheIsNotInstalled(String server) {
        assertThat(PackageTable.packages(actual("debian", "12", Set.of(server), Map.of()), new PhpLayout("8.2", true)))
                .containsExactly("php-fpm", "php-memcache", "memcached");
        assertThat(PackageTable.apacheRuns(new PhpLayout("8.2", false), Set.of(server)))
                .isTrue();
    }
}
