package sessionctl.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.guard.FakeMemcached.Item;

/** A memcached that other programs use as well: their keys are not copied, not deleted, and not counted as sessions. */
class GuardForeignKeysTest extends ThreeServers {
    private static final String SID = "0123456789abcdef0123456789";
    private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";

    private GuardRun.Result assertJoins() throws IOException, InterruptedException {
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isZero();
        return result;
    }

    @ParameterizedTest
    @CsvSource({
        SID + ", 1000, true",
        "abcdefghij-klmnopqrst5, 1000, true",
        "www.example.com" + SID + ", 1000, true",
        "example.com" + MD5 + ", 1000, true",
        "localhost" + SID + ", 1000, true",
        "192.0.2.7" + SID + ", 1000, true",
        "[2001:db8::1]" + SID + ", 1000, true",
        "*.example.com" + SID + ", 1000, true",
        "_" + SID + ", 1000, true",
        "shop_" + SID + ", 1000, true",
        "My-shop-2_" + SID + ", 1000, true",
        "shop_www.example.com" + SID + ", 1000, true",
        "shop_www.example.com" + SID + ", never, false",
        "shop_www.example.com0123456789, 1000, false",
        "shop:" + SID + ", 1000, false",
        "shop/www.example.com" + SID + ", 1000, false",
        "w3tc_7_example.com_1_object_" + MD5 + ", 1000, false",
        "laravel_cache:" + MD5 + ", 1000, false",
        "memc.sess." + SID + ", 1000, false",
        "lock.memc.sess.key." + MD5 + ", 1000, false",
        "short, 1000, false",
        "wp:posts:1, 1000, false",
        "wp:posts:" + MD5 + ", 1000, false",
        "memc.sess.key." + MD5 + ", 1000, false",
        MD5 + ", never, false"
    })
    void onlyKeysOfSessionsAreCopied(String key, String expiry, boolean copied)
            throws IOException, InterruptedException {
        long until = expiry.equals("never") ? -1 : LATER;
        second.put(key, until, "x");
        third.put(key, until, "x");
        assertJoins();
        assertThat(own.item(key) != null).isEqualTo(copied);
        assertThat(guard.run("whole", "127.98.0.2", "127.98.0.3").exit()).isZero();
        own.forget(key);
        assertThat(guard.run("whole", "127.98.0.2", "127.98.0.3").exit()).isEqualTo(copied ? 1 : 0);
    }

    /** An application may choose the IDs of its sessions. PHP stores a lock next to a session in use. */
    @ParameterizedTest
    @ValueSource(strings = {"cron_1", "shop:" + MD5, "\u00e4"})
    void aKeyWithALockNextToItIsCopiedAsASession(String key) throws IOException, InterruptedException {
        second.put(key, LATER, "x").put(key + ".lock", LATER, "0");
        assertJoins();
        assertThat(own.item(key)).extracting(Item::value).isEqualTo("x");
    }

    /** A prefix that does not look like a session prefix is taken from the PHP configuration. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "php/8.2/apache2/conf.d/99-x.ini|memcache.session_prefix_static_key = shop:|true",
                "php/8.2/apache2/conf.d/99-x.ini| memcache.session_prefix_static_key=\"shop:\" ; x|true",
                "php/8.2/apache2/php.ini|memcache.session_prefix_static_key='shop:'|true",
                "php5/fpm/php.ini|memcache.session_prefix_static_key = shop: ; x|true",
                "php/8.2/apache2/conf.d/99-x.ini|;memcache.session_prefix_static_key = shop:|false",
                "php/8.2/apache2/conf.d/99-x.ini|memcache.session_prefix_static_key = 'sho'|false",
                "php/8.2/apache2/conf.d/99-x.ini|memcache.prefix_static_key = shop:|false",
                "php/8.2/fpm/pool.d/shop.conf|php_admin_value[memcache.session_prefix_static_key] = shop:|true",
                "php/8.2/fpm/pool.d/shop.conf|php_value[memcache.session_prefix_static_key] = \"shop:\"|true",
                "apache2/sites-enabled/shop.conf|php_value memcache.session_prefix_static_key shop:|true",
                "apache2/conf-enabled/shop.conf|  php_admin_value \"memcache.session_prefix_static_key\" \"shop:\"|true",
                "apache2/sites-enabled/shop.conf|#php_value memcache.session_prefix_static_key shop:|false",
                "apache2/sites-enabled/shop.conf|SetEnv PHP_VALUE \"memcache.session_prefix_static_key=shop: \\n x=1\"|true",
                "nginx/sites-enabled/shop|fastcgi_param PHP_VALUE \"memcache.session_prefix_static_key=shop:\";|true",
                "nginx/fastcgi_params|fastcgi_param PHP_VALUE \"memcache.session_prefix_static_key=\\\"shop:\\\"\";|true",
                "site/.htaccess|php_value memcache.session_prefix_static_key shop:|true",
                "site/sub/.htaccess|php_value memcache.session_prefix_static_key shop:|true",
                ".htaccess|php_value memcache.session_prefix_static_key shop:|true",
                "site/.user.ini|memcache.session_prefix_static_key = shop:|true",
            })
    void aPrefixFromThePhpConfigurationMarksSessions(String file, String line, boolean copied)
            throws IOException, InterruptedException {
        Path etc = Files.createDirectories(folder.resolve("etc/apache2/sites-enabled"));
        Files.writeString(etc.resolve("000.conf"), "<VirtualHost *>\n DocumentRoot \"" + folder + "/etc/site\"\n");
        Path path = folder.resolve("etc/" + file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "[PHP]\n" + line + "\n");
        for (String prefix : new String[] {"shop:", "shop:www.example.com", ""}) {
            second.put(prefix + SID, LATER, "x");
        }
        assertJoins();
        assertThat(own.item("shop:" + SID) != null).isEqualTo(copied);
        assertThat(own.item("shop:www.example.com" + SID) != null).isEqualTo(copied);
        assertThat(own.item(SID)).isNotNull();
    }

    /**
     * A host name with an underscore looks like a key of W3 Total Cache. It counts as a session where
     * session_prefix_host_key is on.
     */
    @ParameterizedTest
    @CsvSource({"1, true", "On, true", "0, false"})
    void aHostNameWithAnUnderscoreIsAPrefixOnlyIfConfigured(String value, boolean copied)
            throws IOException, InterruptedException {
        Path pool = Files.createDirectories(folder.resolve("etc/php/8.2/fpm/pool.d"))
                .resolve("www.conf");
        Files.writeString(pool, "php_admin_flag[memcache.session_prefix_host_key] = " + value + "\n");
        second.put("www.my_shop.example" + SID, LATER, "x");
        assertJoins();
        assertThat(own.item("www.my_shop.example" + SID) != null).isEqualTo(copied);
    }

    /** A path from another user's file is read only if it is a regular file, so that the guard cannot hang on it. */
    @Test
    void onlyRegularFilesOfASiteAreRead() throws IOException, InterruptedException {
        Path sites = Files.createDirectories(folder.resolve("etc/apache2/sites-enabled"));
        Files.writeString(sites.resolve("000.conf"), "DocumentRoot " + folder + "/etc/site\n");
        Path site = Files.createDirectories(folder.resolve("etc/site/sub"));
        Files.writeString(site.resolve("kept"), "php_value memcache.session_prefix_static_key shop:\n");
        Files.createSymbolicLink(site.resolve(".htaccess"), site.resolve("kept"));
        assertThat(new ProcessBuilder("mkfifo", site.getParent() + "/.htaccess")
                        .start()
                        .waitFor())
                .isZero();
        second.put("shop:" + SID, LATER, "x");
        assertJoins();
        assertThat(own.item("shop:" + SID)).isNull();
    }

    @Test
    void keysOfOtherProgramsSurviveAResync() throws IOException, InterruptedException {
        own.put("wp:posts:1", LATER, "x")
                .put("cron.lock", LATER, "1")
                .set("ended", LATER, "x")
                .set("session.lock", LATER, "1");
        second.set("session", LATER, "x");
        assertThat(guard.run("admit").exit()).isZero();
        assertThat(own.item("wp:posts:1")).isNotNull();
        assertThat(own.item("cron.lock")).isNotNull();
        assertThat(own.get("ended")).isNull();
        assertThat(own.get("session.lock")).isNull();
    }

    /** The keys of other programs on all servers together need not fit into one server. */
    @Test
    void keysOfOtherProgramsAreNotCopiedOnJoin() throws IOException, InterruptedException {
        for (FakeMemcached server : new FakeMemcached[] {own, second, third}) {
            server.limit(20_000);
        }
        for (int i = 0; i < 60; i++) {
            second.put("wp:second:" + i, LATER, "x".repeat(200));
            third.put("wp:third:" + i, LATER + 90_000, "x".repeat(200));
            second.set("session" + i, LATER, "x");
            third.set("session" + i, LATER, "x");
        }
        assertThat(assertJoins().stderr()).contains("open: 60 sessions from 127.98.0.2, 127.98.0.3");
        assertThat(own.items()).isEqualTo(60);
    }

    @Test
    void giveCopiesOnlySessions() throws IOException, InterruptedException {
        own.put("wp:own:1", LATER, "x").set("session", LATER, "x");
        GuardRun.Result result = guard.run("give", "127.98.0.2");
        assertThat(result.exit()).as(result.stderr()).isZero();
        assertThat(result.stderr()).contains("gave 1 sessions to 127.98.0.2");
        assertThat(second.items()).isEqualTo(1);
    }

    @Test
    void giveStopsIfThePeerEvictsOtherItems() throws IOException, InterruptedException {
        for (int i = 0; i < 350; i++) {
            own.set("session" + i, LATER, "x");
        }
        second.stores(key -> {
            second.addEvictions(1);
            return "STORED";
        });
        GuardRun.Result result = guard.run("give", "127.98.0.2");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("127.98.0.2 pushes out others of its items", "raise memcached.memory");
        assertThat(second.items()).isLessThanOrEqualTo(100);
    }
}
