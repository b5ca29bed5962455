package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sessionctl.state.Assignment;
import sessionctl.state.PhpLayout;
import sessionctl.state.PhpSelection;
import sessionctl.state.SitePhps;

class PhpDetectorTest {
    private static final String MODS = "/etc/apache2/mods-enabled/";

    private static @Nullable PhpLayout detect(Set<String> installed, List<String> links) {
        return new PhpDetector(installed, links, List.of()).detect(PhpSelection.ANY);
    }

    @Test
    void withoutAWebServerModuleThereIsNoPhp() {
        assertThat(detect(Set.of("php-common", "php8.2-cli"), List.of(MODS + "alias.load")))
                .isNull();
    }

    @Test
    void ofSeveralVersionsTheNewestIsUsed() {
        assertThat(detect(Set.of("libapache2-mod-php7.4", "libapache2-mod-php8.0"), List.of()))
                .isEqualTo(new PhpLayout("8.0", false));
        assertThat(detect(Set.of("php8.9-fpm", "php8.10-fpm"), List.of())).isEqualTo(new PhpLayout("8.10", true));
    }

    @Test
    void theVersionThatApacheEnablesIsUsed() {
        Set<String> installed = Set.of("libapache2-mod-php8.2", "php8.4-fpm");
        assertThat(detect(installed, List.of(MODS + "php8.2.load"))).isEqualTo(new PhpLayout("8.2", false));
        assertThat(detect(installed, List.of("/etc/apache2/conf-enabled/php8.4-fpm.conf")))
                .isEqualTo(new PhpLayout("8.4", true));
        assertThat(detect(installed, List.of())).isEqualTo(new PhpLayout("8.4", true));
    }

    @Test
    void packagesOfPhp5HaveNoMinorVersion() {
        assertThat(detect(Set.of("php5-fpm"), List.of())).isEqualTo(new PhpLayout("5", true));
        assertThat(detect(Set.of(), List.of(MODS + "php5.load"))).isEqualTo(new PhpLayout("5", false));
    }

    private static Assignment line(String file, String name, String value, String... words) {
        return new Assignment(file, "1", name, value, Set.of(words));
    }

    /** The handler of the site names a socket, and a pool of the older version listens there. */
    @Test
    void theHandlerOfTheSiteDecidesAndNotTheNewestPackage() {
        Set<String> installed = Set.of("php8.2-fpm", "php8.3-fpm");
        List<Assignment> pools = List.of(
                line("/etc/php/8.2/fpm/pool.d/www.conf", "listen", "/run/php/php8.2-fpm.sock", "pool=www"),
                line("/etc/php/8.3/fpm/pool.d/www.conf", "listen", "127.0.0.1:9000", "pool=www"));
        Assignment socket = line("/etc/apache2/sites-enabled/a.conf", "handler", "/var/run/php/php8.2-fpm.sock");
        Assignment port = line("/etc/nginx/sites-enabled/b", "handler", "localhost:9000");
        List<Assignment> one = Stream.concat(pools.stream(), Stream.of(socket)).toList();
        assertThat(new PhpDetector(installed, List.of(), one).detect(PhpSelection.ANY))
                .isEqualTo(new PhpLayout("8.2", true));
        List<Assignment> both = Stream.concat(one.stream(), Stream.of(port)).toList();
        assertThat(SitePhps.of(both, List.of()))
                .containsExactlyInAnyOrder(new PhpLayout("8.2", true), new PhpLayout("8.3", true));
        for (String version : List.of("8.2", "8.3")) {
            assertThat(new PhpDetector(installed, List.of(), both).detect(new PhpSelection(version, true, true)))
                    .isEqualTo(new PhpLayout(version, true));
        }
    }
}
