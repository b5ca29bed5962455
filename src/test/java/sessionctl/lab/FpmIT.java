package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** PHP-FPM behind Apache instead of Apache's PHP module. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FpmIT {
    private static final String FPM = "php: {sapi: fpm}\n";

    private static Lab lab;

    @BeforeAll
    static void boot() {
        lab = Lab.up(2);
    }

    @AfterAll
    static void removeLab() {
        lab.close();
    }

    @Test
    @Order(1)
    void bareDropletsServeSessionsOverFpm() {
        lab.provision(lab.inventoryWith(FPM))
                .exits(0)
                .prints("install apache2 memcached php-fpm php-memcache")
                .prints("lamp01: done (", "lamp02: done (");
        Browser.assertSessionsShared(lab, "lamp01", "lamp02");
        lab.onHost("lamp01", "echo '<?php echo PHP_SAPI;' >/var/www/html/sapi.php");
        assertThat(lab.exec("curl", "-sS", "http://10.99.0.1/sapi.php").out()).isEqualTo("fpm-fcgi");
        lab.provision(lab.inventoryWith(FPM), "--dry-run", "--detailed-exitcode")
                .exits(0);
    }

    @Test
    @Order(2)
    void fpmIsDetectedWithoutTheSetting() {
        lab.provision(lab.inventory(), "--dry-run", "--detailed-exitcode")
                .exits(0)
                .prints("No changes.");
    }

    @Test
    @Order(3)
    void aNewSettingReloadsFpmAndRestartsNothing() {
        String apache = Services.fingerprint(lab, "lamp01", "apache2", "memcached");
        String started = Services.start(lab, "lamp01", "php8.2-fpm");
        String before = Services.fingerprint(lab, "lamp01", "php8.2-fpm");
        lab.provision(lab.inventoryWith("sessions: {lifetime: 2400}\n"))
                .exits(0)
                .prints("web: change /etc/php/8.2/fpm/php.ini, reload php8.2-fpm\n");
        assertThat(Services.start(lab, "lamp01", "php8.2-fpm")).isEqualTo(started);
        assertThat(Services.fingerprint(lab, "lamp01", "php8.2-fpm")).isNotEqualTo(before);
        assertThat(Services.fingerprint(lab, "lamp01", "apache2", "memcached")).isEqualTo(apache);
        lab.onHost("lamp01", "echo '<?php echo ini_get(\"session.gc_maxlifetime\");' >/var/www/html/life.php");
        assertThat(lab.exec("curl", "-sS", "http://10.99.0.1/life.php").out()).isEqualTo("2400");
    }

    @Test
    @Order(4)
    void aConfigurationThatFpmRefusesIsRolledBack() {
        String before = lab.onHost("lamp02", "sha256sum /etc/php/8.2/fpm/php.ini")
                + Services.fingerprint(lab, "lamp02", "php8.2-fpm");
        lab.onHost("lamp02", "echo 'pm = nonsense' >>/etc/php/8.2/fpm/pool.d/www.conf");
        lab.provision(lab.inventoryWith("sessions: {lifetime: 3000}\n"))
                .exits(1)
                .withoutTraces()
                .prints("lamp01: done (1 change)", "lamp02: failed to change /etc/php/8.2/fpm/php.ini");
        assertThat(lab.onHost("lamp02", "sha256sum /etc/php/8.2/fpm/php.ini")
                        + Services.fingerprint(lab, "lamp02", "php8.2-fpm"))
                .isEqualTo(before);
        lab.onHost("lamp02", "sed -i '/^pm = nonsense/d' /etc/php/8.2/fpm/pool.d/www.conf");
        lab.provision(lab.inventoryWith("sessions: {lifetime: 3000}\n")).exits(0);
        Browser.assertSessionsShared(lab, "lamp01", "lamp02");
    }
}
