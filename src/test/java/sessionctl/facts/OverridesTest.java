package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.command.Scripts;

/** The droplet's own script finds every line that sets PHP's sessions elsewhere, in every spelling that is in force. */
@Timeout(60)
class OverridesTest {
    private static final String POOL = "/etc/php/8.2/fpm/pool.d/www.conf";
    private static final String CONF = "/etc/apache2/conf-enabled/zz.conf";
    private static final String INI = "/etc/php/8.2/apache2/conf.d/99-site.ini";

    @TempDir
    private Path root;

    private void file(String path, String text) throws IOException {
        Path file = Path.of(root + path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** What the script says of the files below the temporary folder, as if that were the root. */
    private List<String> found() throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("var/www"));
        String script = Scripts.text("facts/overrides.sh")
                .replace("/etc/", root + "/etc/")
                .replace("\"/var/www\"", "\"" + root + "/var/www\"");
        Path file = Files.writeString(
                root.resolve("script"), "say() { printf '%s %s\\n%s\\n' \"$1\" \"${#2}\" \"$2\"; }\n" + script);
        Path answer = root.resolve("answer");
        Process sh = new ProcessBuilder("sh", file.toString())
                .redirectOutput(answer.toFile())
                .start();
        assertThat(sh.waitFor(50, TimeUnit.SECONDS)).isTrue();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(answer)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .filter(line -> !line.isEmpty())
                    .map(line -> line.replace(root.toString(), "").replace('\t', '|'))
                    .toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "php_value session.save_path /tmp",
                "  PHP_Admin_Value session.save_path /tmp",
                "php_admin_value\t\"session.save_path\"   \"/tmp\"",
                "php_value 'session.save_path' '/tmp'",
                "PHP_ADMIN_FLAG session.save_path /tmp",
                "<Directory /var/www/html>php_value x y</Directory>`php_value session.save_path /tmp",
                "<VirtualHost *:80>`<Directory /srv>`php_value session.save_path /tmp`</Directory>`</VirtualHost>",
                "<IfModule mod_php.c>`  PHP_Admin_Value session.save_path /tmp`</IfModule>",
                "<IfModule php_module>`php_value session.save_path /tmp`</IfModule>",
                "<IfModule !mod_php5.c>`php_value session.save_path /tmp`</IfModule>",
                "<IfModule mod_php5.c>`php_value session.save_path /x`</IfModule>`php_value session.save_path /tmp",
                "<IfModule mod_rewrite.c>`php_value session.save_path /tmp`</IfModule>",
                "SetEnv PHP_VALUE \"session.save_path = /tmp\"",
                "ProxyFCGISetEnvIf \"true\" PHP_ADMIN_VALUE \"session.save_path=/tmp\"",
                "SetEnv PHP_VALUE \"session.gc_maxlifetimes=3\\nsession.save_path=/tmp\"",
            })
    void apacheSetsItInEverySpelling(String lines) throws Exception {
        file("/etc/apache2/mods-enabled/php8.2.load", "LoadModule php_module x.so\n");
        String text = lines.replace('`', '\n') + "\n";
        for (String place : List.of("conf-enabled/zz", "mods-enabled/zz-php", "sites-enabled/000-default")) {
            file("/etc/apache2/" + place + ".conf", text);
        }
        long line = text.lines()
                        .takeWhile(l -> !l.matches("(?i).*save_path.*/tmp.*"))
                        .count()
                + 1;
        assertThat(found())
                .containsExactlyInAnyOrder(
                        "/etc/apache2/mods-enabled/zz-php.conf:" + line + "|session.save_path|/tmp",
                        "/etc/apache2/conf-enabled/zz.conf:" + line + "|session.save_path|/tmp",
                        "/etc/apache2/sites-enabled/000-default.conf:" + line + "|session.save_path|/tmp");
    }

    @Test
    void aLineThatIsContinuedIsOneLine() throws Exception {
        file(CONF, "# one\nphp_value \\\n  session.save_handler \\\n  files\nphp_value memcache.allow_failover 0\n");
        assertThat(found())
                .containsExactly(CONF + ":2|session.save_handler|files", CONF + ":5|memcache.allow_failover|0");
    }

    @Test
    void anIncludedFileCounts() throws Exception {
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
    void aPoolSetsItInEverySpelling(String line) throws Exception {
        file(POOL, "[www]\n;php_value[session.save_handler] = files\n" + line + "\n");
        assertThat(found()).containsExactly(POOL + ":3|session.save_path|/tmp");
    }

    @Test
    void theLastIniFileOfAFolderCounts() throws Exception {
        file("/etc/php/8.2/apache2/conf.d/10-a.ini", "session.save_handler = redis\nmemcache.hash_strategy=standard\n");
        file("/etc/php/8.2/apache2/conf.d/20-memcache.ini", "memcache.hash_strategy=consistent\n");
        file(INI, """
                session.save_handler = memcached
                session.save_path = "127.0.0.1:11211" ; x
                ;session.save_path = /a
                #session.save_path = /b
                session.gc_probability = 1
                """);
        file("/etc/php/8.2/cli/conf.d/99-site.ini", "session.save_handler = files\n");
        assertThat(found())
                .containsExactly(
                        INI + ":1|session.save_handler|memcached", INI + ":2|session.save_path|127.0.0.1:11211");
    }

    @Test
    void aFolderOfASiteSetsIt() throws Exception {
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
    void nginxPassesIt() throws Exception {
        file(
                "/etc/nginx/sites-enabled/shop",
                "root " + root
                        + "/srv/app;\nfastcgi_param PHP_VALUE \"memcache.allow_failover=0 \\n session.save_path=/tmp\";\n");
        file("/srv/app/.user.ini", "session.save_handler = files\n");
        assertThat(found())
                .containsExactlyInAnyOrder(
                        "/etc/nginx/sites-enabled/shop:2|memcache.allow_failover|0",
                        "/etc/nginx/sites-enabled/shop:2|session.save_path|/tmp",
                        "/srv/app/.user.ini:1|session.save_handler|files");
    }

    @Test
    void whatIsNotInForceIsNotFound() throws Exception {
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
                php_value session.save_pathology /tmp
                php_value xsession.save_path y
                <IfModule mod_php5.c>
                <IfModule mod_dir.c>
                php_value session.save_path /tmp
                </IfModule>
                php_value session.save_path /tmp
                </IfModule>
                """);
        file("/etc/apache2/conf-enabled/zz.conf.bak", "php_value session.save_path /tmp\n");
        file("/etc/apache2/sites-available/off.conf", "php_value session.save_path /tmp\n");
        file(INI, "; session.save_path = /tmp\nsession.gc_probability=0\nsession.cookie_secure=1\n");
        file("/var/www/html/config.ini", "session.save_path=/tmp\n");
        assertThat(found()).isEmpty();
    }

    @Test
    void noFileHoldsItUp() throws Exception {
        file("/var/www/html/.user.ini", "session.save_path=" + "a ".repeat(20_000) + "\n");
        file("/var/www/html/a/.htaccess", "php_value session.save_path " + "\\".repeat(40_000) + "\n");
        file("/var/www/html/b/.htaccess", "php_value session.save_path \"" + "\\\"".repeat(100_000) + "\n");
        file("/var/www/html/c/.htaccess", "php_value session.save_path /tmp\n".repeat(60_000));
        new ProcessBuilder("mkfifo", root + "/etc-fifo").start().waitFor();
        Files.createDirectories(Path.of(root + "/etc/apache2/conf-enabled"));
        new ProcessBuilder("mkfifo", root + "/etc/apache2/conf-enabled/zz.conf")
                .start()
                .waitFor();
        assertThat(found()).allMatch(line -> line.length() < 1200).hasSizeLessThanOrEqualTo(200);
    }
}
