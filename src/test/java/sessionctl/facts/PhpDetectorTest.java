package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sessionctl.state.PhpLayout;
import sessionctl.state.PhpSelection;

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
}
