package sessionctl.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhpLayoutTest {
    @ParameterizedTest
    @CsvSource({
        "8.2, false, /etc/php/8.2/apache2/php.ini, /etc/php/8.2/mods-available/memcache.ini, apache2, php8.2",
        "8.2, true, /etc/php/8.2/fpm/php.ini, /etc/php/8.2/mods-available/memcache.ini, php8.2-fpm, php8.2",
        "5, false, /etc/php5/apache2/php.ini, /etc/php5/mods-available/memcache.ini, apache2, php5",
        "5, true, /etc/php5/fpm/php.ini, /etc/php5/mods-available/memcache.ini, php5-fpm, php5",
    })
    void everyVersionAndSapiHasItsPaths(
            String version, boolean fpm, String phpIni, String module, String service, String cli) {
        PhpLayout php = new PhpLayout(version, fpm);
        assertThat(php.phpIni()).isEqualTo(phpIni);
        assertThat(php.memcacheIni()).isEqualTo(module);
        assertThat(php.service()).isEqualTo(service);
        assertThat(php.cli()).isEqualTo(cli);
        assertThat(php.confDir()).isEqualTo(phpIni.replace("php.ini", "conf.d"));
    }

    @ParameterizedTest
    @CsvSource({
        "8.2, false, phpenmod -v 8.2 -s apache2 memcache",
        "8.4, true, phpenmod -v 8.4 -s fpm memcache",
        "5, true, php5enmod memcache"
    })
    void theModuleIsEnabledByTheCommandOfTheDistribution(String version, boolean fpm, String command) {
        PhpLayout php = new PhpLayout(version, fpm);
        assertThat(String.join(" ", php.enableMemcache())).isEqualTo(command);
        assertThat(Feature.memcacheModule(php).link()).isEqualTo(php.confDir() + "/20-memcache.ini");
    }
}
