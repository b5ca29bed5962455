package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The droplet's script finds every setting of PHP's sessions outside sessionctl's files, in every spelling that is in
 * force.
 */
@Timeout(60)
class OverridesTest {
    private static final String POOL = "/etc/php/8.2/fpm/pool.d/www.conf";
    private static final String CONF = "/etc/apache2/conf-enabled/zz.conf";
    private static final String INI = "/etc/php/8.2/apache2/conf.d/99-site.ini";

    @TempDir
    private Path root;

    private void file(String path, String text) throws IOException {
        new SiteFiles(root).write(path, text);
    }

    private List<String> found() throws IOException, InterruptedException {
        return new SiteFiles(root).found();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "php_value session.save_path /tmp",
                "  PHP_Admin_Value session.save_path /tmp",
                "php_admin_value\t\"session.save_path\"   \"/tmp\"",
                "php_value 'session.save_path' '/tmp'",
                "<Directory /var/www/html>php_value x y</Directory>`php_value session.save_path /tmp",
                "<VirtualHost *:80>`<Directory /srv>`php_value session.save_path /tmp`</Directory>`</VirtualHost>",
                "<IfModule mod_php.c>`  PHP_Admin_Value session.save_path /tmp`</IfModule>",
                "<IfModule php_module>`php_value session.save_path /tmp`</IfModule>",
                "<IfModule !mod_php5.c>`php_value session.save_path /tmp`</IfModule>",
                "<IfModule mod_php5.c>`php_value session.save_path /x`</IfModule>`php_value session.save_path /tmp",
                "<IfModule mod_rewrite.c>`php_value session.save_path /tmp`</IfModule>",
                "SetEnv PHP_VALUE \"session.save_path = /tmp\"",
                "ProxyFCGISetEnvIf \"true\" PHP_ADMIN_VALUE \"session.save_path=/tmp\"",
            })
    void settingsOfApacheAreFoundInEverySpelling(String lines) throws Exception {
        file("/etc/apache2/mods-enabled/php8.2.load", "LoadModule php_module x.so\n");
        file("/etc/apache2/mods-enabled/rewrite.load", "LoadModule rewrite_module x.so\n");
        String text = lines.replace('`', '\n') + "\n";
        long line = text.lines()
                        .takeWhile(l -> !l.matches("(?i).*save_path.*/tmp.*"))
                        .count()
                + 1;
        for (String place : List.of("conf-enabled/zz", "mods-enabled/zz-php", "sites-enabled/000-default")) {
            String path = "/etc/apache2/" + place + ".conf";
            file(path, text);
            assertThat(found()).containsExactly(path + ":" + line + "|session.save_path|/tmp");
            Files.delete(Path.of(root + path));
        }
    }

    /** Apache's module reads only On and 1 as true in a flag, and None as empty in a value. */
    @Test
    void valuesAreThoseThatTheModuleMakesOfThem() throws Exception {
        file(CONF, """
                php_flag memcache.allow_failover yes
                php_admin_flag memcache.session_prefix_host_key on
                php_value session.save_path None
                """);
        assertThat(found())
                .containsExactly(
                        CONF + ":1|memcache.allow_failover|0",
                        CONF + ":2|memcache.session_prefix_host_key|1",
                        CONF + ":3|session.save_path");
    }

    @Test
    void continuedLinesAreOneSetting() throws Exception {
        file(CONF, "# one\nphp_value \\\n  session.save_handler \\\n  files\nphp_value memcache.allow_failover 0\n");
        assertThat(found())
                .containsExactly(CONF + ":2-4|session.save_handler|files", CONF + ":5|memcache.allow_failover|0");
    }

    @Test
    void oneOfSeveralSettingsInAValueIsMarkedAsShared() throws Exception {
        file(CONF, "SetEnv PHP_VALUE \"xsession.gc_maxlifetime=3\\nsession.save_path=/tmp\"\n");
        assertThat(found()).containsExactly(CONF + ":1|session.save_path|/tmp|shared");
    }

    @Test
    void settingsInFilesThatApacheIncludesAreFound() throws Exception {
        file("/etc/apache2/sites-enabled/shop.conf", "IncludeOptional shared/*.conf\nInclude \"/nowhere/x.conf\"\n");
        file("/etc/apache2/shared/php.conf", "php_value session.save_handler files\nInclude shared/*.conf\n");
        assertThat(found()).containsExactly("/etc/apache2/shared/php.conf:1|session.save_handler|files");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "php_value[session.save_path] = /tmp",
                "php_admin_value[session.save_path]=/tmp",
                " php_admin_value[ \"session.save_path\" ] = \"/tmp\" ; here",
                "PHP_Value[session.save_path] = '/tmp'",
                "php_admin_flag[session.save_path] = /tmp",
            })
    void settingsOfAPoolAreFoundInEverySpelling(String line) throws Exception {
        file(POOL, "[www]\n;php_value[session.save_handler] = files\n" + line + "\n");
        assertThat(found()).containsExactly(POOL + ":3|session.save_path|/tmp");
    }

    @Test
    void theLastIniFileOfAFolderIsInForce() throws Exception {
        file("/etc/php/8.2/apache2/conf.d/10-a.ini", "session.save_handler = redis\nmemcache.hash_strategy=standard\n");
        file("/etc/php/8.2/mods-available/memcache.ini", "memcache.hash_strategy=consistent\n");
        Files.createSymbolicLink(
                Path.of(root + "/etc/php/8.2/apache2/conf.d/20-memcache.ini"),
                Path.of("../../mods-available/memcache.ini"));
        file(INI, """
                session.save_handler = memcached
                session.save_path = "127.0.0.1:11211" ; x
                ;session.save_path = /a
                #session.save_path = /b
                xsession.gc_probability = 1
                """);
        file("/etc/php/8.2/cli/conf.d/99-site.ini", "session.save_handler = files\n");
        assertThat(found())
                .containsExactly(
                        INI + ":1|session.save_handler|memcached", INI + ":2|session.save_path|127.0.0.1:11211");
    }

    @Test
    void settingsInAFolderOfASiteAreFound() throws Exception {
        file("/etc/apache2/sites-enabled/shop.conf", "documentRoot \"" + root + "/srv/shop/public\"\n");
        file(
                "/srv/shop/public/a/.htaccess",
                "php_value session.save_path \"/tmp\"\n# php_value session.save_path /x\n");
        file("/srv/shop/.htaccess", "php_value session.save_handler files\n");
        file("/srv/shop/other/.htaccess", "php_value session.save_handler files\n");
        file("/var/www/html/.user.ini", "session.save_handler=files\n");
        assertThat(found())
                .containsExactlyInAnyOrder(
                        "/srv/shop/.htaccess:1|session.save_handler|files",
                        "/srv/shop/public/a/.htaccess:1|session.save_path|/tmp",
                        "/var/www/html/.user.ini:1|session.save_handler|files");
    }

    @Test
    void settingsThatNginxPassesAreFound() throws Exception {
        file(
                "/etc/nginx/sites-enabled/shop",
                "root " + root
                        + "/srv/app;\nfastcgi_param PHP_VALUE \"memcache.allow_failover=0 \\n session.save_path=/tmp\";\n");
        file("/srv/app/.user.ini", "session.save_handler = files\n");
        assertThat(found())
                .containsExactlyInAnyOrder(
                        "/etc/nginx/sites-enabled/shop:2|memcache.allow_failover|0|shared",
                        "/etc/nginx/sites-enabled/shop:2|session.save_path|/tmp|shared",
                        "/srv/app/.user.ini:1|session.save_handler|files");
    }

    /** The usual forms: on several lines, and several statements on one line. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                "fastcgi_param PHP_VALUE \"session.save_path=/tmp\";@1|session.save_path|/tmp",
                "fastcgi_param  PHP_ADMIN_VALUE  'session.save_path = /tmp' ; # x@1|session.save_path|/tmp",
                "fastcgi_param PHP_VALUE session.save_path=/tmp if_not_empty;@1|session.save_path|/tmp",
                "fastcgi_param PHP_VALUE \"memory_limit=256M`session.save_path=/tmp\";@1-2|session.save_path|/tmp|shared",
                "fastcgi_param PHP_VALUE`  \"session.save_path=/tmp\"`;@1-3|session.save_path|/tmp",
                "location ~ php { fastcgi_param PHP_ADMIN_VALUE \"session.save_path=/tmp\"; }@1|session.save_path|/tmp|shared",
                "location / { }`server { location ~ [.]php$ {`fastcgi_param PHP_VALUE \"session.save_path=/tmp\"; } }@3|session.save_path|/tmp|shared",
                "fastcgi_param PHP_VALUE \"open_basedir=/srv\\nsession.save_path=/tmp\";@1|session.save_path|/tmp|shared",
                "fastcgi_param PHP_VALUE \"session.save_path=\\\"/tmp\\\"\";@1|session.save_path|/tmp",
                "set $a \"it's\"; # \"`fastcgi_param PHP_VALUE \"session.save_path=/tmp\";@2|session.save_path|/tmp",
                "set $a \"x`y\";fastcgi_param PHP_VALUE \"session.save_path=/tmp\";@2|session.save_path|/tmp|shared",
            })
    void settingsThatNginxPassesAreFoundInEveryForm(String lines, String expected) throws Exception {
        file("/etc/nginx/conf.d/x.conf", lines.replace('`', '\n') + "\n");
        assertThat(found()).containsExactly("/etc/nginx/conf.d/x.conf:" + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# fastcgi_param PHP_VALUE \"session.save_path=/tmp\";",
                "  location / { } # fastcgi_param PHP_VALUE \"session.save_path=/tmp\";",
                "fastcgi_param PHP_VALUES \"session.save_path=/tmp\";",
                "fastcgi_param PHP_VALUE \"xsession.save_path=/tmp\";",
                "set $a \"fastcgi_param PHP_VALUE session.save_path=/tmp;\";",
            })
    void linesThatNginxDoesNotPassAreNotFound(String line) throws Exception {
        file("/etc/nginx/conf.d/x.conf", line + "\n");
        assertThat(found()).isEmpty();
    }

    @Test
    void settingsInFilesThatNginxIncludesAreFound() throws Exception {
        file("/etc/nginx/sites-enabled/shop", "server { include php/*.inc; include " + root + "/srv/own.conf; }\n");
        file("/etc/nginx/php/a.inc", "include php/a.inc;\nfastcgi_param PHP_VALUE \"session.save_path=/a\";\n");
        file("/srv/own.conf", "fastcgi_param PHP_VALUE \"session.save_path=/b\";\n");
        assertThat(found())
                .containsExactly("/etc/nginx/php/a.inc:2|session.save_path|/a", "/srv/own.conf:1|session.save_path|/b");
    }

    /** A quoted value ends at its closing quote. */
    @Test
    void aQuotedValueOnSeveralLinesIsOneSetting() throws Exception {
        file(INI, "session.save_path = \"tcp://a:1,\n  tcp://b:1\"\nmemcache.allow_failover = 0\n");
        file(POOL, "[www]\nphp_value[session.save_path] = 'a,\nb' ; c\nphp_value[memcache.allow_failover] = 0\n");
        file("/var/www/html/.user.ini", "session.save_path = \"never closed\nmemcache.allow_failover = 0\n");
        assertThat(found())
                .containsExactly(
                        INI + ":3|memcache.allow_failover|0",
                        INI + ":1-2|session.save_path|tcp://a:1,   tcp://b:1",
                        POOL + ":4|memcache.allow_failover|0",
                        POOL + ":2-3|session.save_path|a, b",
                        "/var/www/html/.user.ini:1-2|session.save_path|\"never closed memcache.allow_failover = 0");
    }

    @Test
    void settingsThatAreNotInForceAreNotFound() throws Exception {
        file("/etc/apache2/mods-enabled/php8.2.load", "LoadModule php_module x.so\n");
        file("/etc/apache2/mods-enabled/php8.2.conf", """
                <FilesMatch ".+\\.ph(?:ar|p|tml)$">
                    SetHandler application/x-httpd-php
                </FilesMatch>
                <IfModule mod_userdir.c>
                    <Directory /home/*/public_html>
                        php_admin_flag engine Off
                    </Directory>
                </IfModule>
                """);
        file(CONF, """
                #php_value session.save_path /tmp
                php_value session-save_path /tmp
                php_value xsession.save_path y
                <IfModule mod_php5.c>
                <IfModule mod_dir.c>
                php_value session.save_path /tmp
                </IfModule>
                php_value session.save_path /tmp
                </IfModule>
                <IfModule mod_rewrite.c>
                php_value session.save_path /tmp
                </IfModule>
                <IfDefine Shop>
                php_value session.save_path /tmp
                </IfDefine>
                """);
        file("/etc/apache2/conf-enabled/zz.conf.bak", "php_value session.save_path /tmp\n");
        file("/etc/apache2/sites-available/off.conf", "php_value session.save_path /tmp\n");
        file(INI, "; session.save_path = /tmp\n[PATH=/srv]\nsession.save_path=/tmp\n");
        file("/var/www/html/config.ini", "session.save_path=/tmp\n");
        assertThat(found()).isEmpty();
    }
}
