package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The files in which the script searches for overriding settings: those that Apache and PHP read. Files that it skips
 * are reported.
 */
@Timeout(60)
class OverridesSearchTest {
    private static final String CONF = "/etc/apache2/conf-enabled/zz.conf";

    @TempDir
    private Path root = Path.of("");

    private void file(String path, String text) throws IOException {
        new SiteFiles(root).write(path, text);
    }

    private List<String> found() throws IOException, InterruptedException {
        return new SiteFiles(root).found();
    }

    private void allow(String text) throws IOException {
        file(
                "/etc/apache2/apache2.conf",
                text.replace("ROOT", root + "/srv/shop").replace('`', '\n') + "\n");
    }

    /** The lines of Apache's configuration, and if they let an .htaccess set this value. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                "Listen 80@no",
                "<Directory />`AllowOverride None`</Directory>@no",
                "<Directory />`AllowOverride None`</Directory>`<Directory ROOT>`AllowOverride All`</Directory>@yes",
                "<Directory \"ROOT/\">`allowoverride Options FileInfo`</Directory>@yes",
                "<Directory ROOT>`AllowOverride Options=Indexes`</Directory>@yes",
                "<Directory ROOT>`AllowOverride FileInfo AuthConfig`</Directory>@no",
                "<Directory ROOT>`AllowOverride All`</Directory>`<Directory ROOT/a>`AllowOverride None`</Directory>@no",
                "<Directory ROOT/a>`AllowOverride All`</Directory>`<Directory ROOT>`AllowOverride None`</Directory>@yes",
                "<Directory ROOT>`AllowOverride All`</Directory>`<Directory ROOT>`AllowOverride None`</Directory>@no",
                "<Directory ROOT/b>`AllowOverride All`</Directory>@no",
                "<Directory ROOT/*>`AllowOverride All`</Directory>@yes",
                "<Directory ROOT?>`AllowOverride All`</Directory>@no",
                "<Directory ROOT>`AllowOverride None`AllowOverrideList Redirect php_value`</Directory>@yes",
                "<Directory ROOT>`AllowOverride None`AllowOverrideList Redirect`</Directory>@no",
                "<IfModule mod_php5.c>`<Directory ROOT>`AllowOverride All`</Directory>`</IfModule>@no",
                "<VirtualHost *:80>`<Directory ROOT>`AllowOverride All`</Directory>`</VirtualHost>@yes",
                "<VirtualHost *:80>`<Directory ROOT>`AllowOverride All`</Directory>`</VirtualHost>`<VirtualHost *:81>`<Directory ROOT>`AllowOverride None`</Directory>`</VirtualHost>@yes",
                "<Directory ROOT>`AllowOverride All`</Directory>`<VirtualHost *:80>`<Directory ROOT>`AllowOverride None`</Directory>`</VirtualHost>@yes",
                "<DirectoryMatch \"^/srv\">`AllowOverride All`</DirectoryMatch>@maybe",
                "<Directory ~ \"^/srv\">`AllowOverride All`</Directory>@maybe",
                "<DirectoryMatch \"^/srv\">`AllowOverride None`</DirectoryMatch>@no",
                "<Directory ROOT>`AllowOverride ${ALLOWED}`</Directory>@maybe",
                "<Directory ${WHERE}>`AllowOverride All`</Directory>@maybe",
            })
    void anHtaccessCountsIfAllowOverridePermitsIt(String lines, String expected) throws Exception {
        file("/etc/apache2/mods-enabled/php8.2.load", "LoadModule php_module x.so\n");
        allow(lines);
        file("/etc/apache2/sites-enabled/shop.conf", "DocumentRoot " + root + "/srv/shop\n");
        file("/srv/shop/a/.htaccess", "php_value session.save_path /tmp\nphp_admin_value session.save_path /x\n");
        String line = "/srv/shop/a/.htaccess:1|session.save_path|/tmp";
        assertThat(found())
                .containsExactly(
                        expected.equals("no")
                                ? new String[0]
                                : new String[] {expected.equals("yes") ? line : line + "|maybe"});
    }

    @Test
    void variablesInAnHtaccessNeedAllowOverrideFileInfo() throws Exception {
        String line = "SetEnv PHP_VALUE \"session.save_path=/tmp\"\n";
        file("/var/www/html/.htaccess", line);
        assertThat(found()).containsExactly("/var/www/html/.htaccess:1|session.save_path|/tmp|maybe");
        allow("<Directory " + root + "/var/www>`AllowOverride FileInfo`</Directory>");
        assertThat(found()).containsExactly("/var/www/html/.htaccess:1|session.save_path|/tmp");
        allow("<Directory " + root + "/var/www>`AllowOverride Options`</Directory>");
        assertThat(found()).isEmpty();
    }

    /** Links as a deployment creates them; the web server follows them. */
    @Test
    void linksInAFolderOfASiteAreFollowedAsTheWebServerDoes() throws Exception {
        for (Path folder : List.of(root, Files.createDirectories(root.resolve("srv/shared")))) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        file("/etc/apache2/sites-enabled/shop.conf", "DocumentRoot " + root + "/srv/shop\n");
        file("/srv/shop/a/b/c/d/e/f/g/h/.htaccess", "php_value session.save_handler deep\n");
        file("/srv/shared/.user.ini", "session.save_handler = files\n");
        file("/srv/shared/secret", "session.save_handler = secret\n");
        Files.setPosixFilePermissions(root.resolve("srv/shared/secret"), PosixFilePermissions.fromString("rw-------"));
        for (List<String> link : List.of(
                List.of("one", ".user.ini", "../../shared/.user.ini"),
                List.of("two", ".user.ini", "../one/.user.ini"),
                List.of("three", ".user.ini", "nowhere"),
                List.of("four", ".user.ini", "../../shared/secret"),
                List.of("five", ".htaccess", "/dev/zero"),
                List.of("six", ".htaccess", "../../shared"))) {
            Path folder = Files.createDirectories(root.resolve("srv/shop/" + link.get(0)));
            Files.createSymbolicLink(folder.resolve(link.get(1)), Path.of(link.get(2)));
        }
        List<String> found = found();
        assertThat(found)
                .contains(
                        "/srv/shop/a/b/c/d/e/f/g/h/.htaccess:1|session.save_handler|deep",
                        "/srv/shop/one/.user.ini:1|session.save_handler|files|shared",
                        "/srv/shop/five/.htaccess:0|unread|it is no regular file");
        if (System.getProperty("user.name").equals("root")) {
            assertThat(found)
                    .hasSize(4)
                    .contains("/srv/shop/four/.user.ini:0|unread|it cannot be opened")
                    .noneMatch(line -> line.contains("secret"));
        }
    }

    @Test
    void skippedFilesAreReported() throws Exception {
        file("/var/www/html/.user.ini", "x".repeat(1 << 20) + "\nsession.save_path=/tmp\n");
        file("/var/www/html/long/.user.ini", "a=" + "b".repeat(5000) + "session.save_path\nsession.save_path=/tmp\n");
        file("/var/www/html/b\tc/.user.ini", "session.save_path=/tmp\n");
        file("/etc/apache2/apache2.conf", "Listen 80\n");
        file("/var/www/html/.htaccess", "x".repeat(1 << 20) + "\n");
        assertThat(found())
                .containsExactlyInAnyOrder(
                        "/var/www/html/.user.ini:0|unread|it is larger than 1 MB",
                        "/var/www/html/b?c/.user.ini:0|unread|its name has control characters",
                        "/var/www/html/long/.user.ini:0|unread|a line is longer than 4096 characters",
                        "/var/www/html/long/.user.ini:2|session.save_path|/tmp");
    }

    @Test
    void moreSettingsThanTheLimitAreReported() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            text.append("<Directory /srv/" + i + ">\nphp_value session.save_path /tmp\n</Directory>\n");
        }
        file(CONF, text.toString());
        assertThat(found()).hasSize(200).last().isEqualTo("the other files:0|unread|more than 199 settings were found");
    }

    @Test
    void aSearchThatTakesTooLongIsReported() throws Exception {
        Path bin = Files.createDirectories(root.resolve("bin"));
        for (String program : List.of("timeout", "find")) {
            Files.writeString(bin.resolve(program), "#!/bin/sh\nexit 124\n");
            Files.setPosixFilePermissions(bin.resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assertThat(found()).containsExactly("some folders of sites:0|unread|the search took more than 12 s");
    }

    @Test
    void noFileDelaysTheSearch() throws Exception {
        file("/var/www/html/.user.ini", "session.save_path=" + "a ".repeat(20_000) + "\n");
        file("/var/www/html/a/.htaccess", "php_value session.save_path " + "\\".repeat(40_000) + "\n");
        file("/etc/nginx/conf.d/a.conf", "\\\"".repeat(500_000));
        file("/etc/nginx/conf.d/b.conf", "fastcgi_param PHP_VALUE \"" + "\\\"".repeat(500_000));
        file("/etc/nginx/conf.d/c.conf", "fastcgi_param PHP_VALUE \"" + "session.save_path=".repeat(50_000) + "\";");
        file("/etc/nginx/conf.d/d.conf", "fastcgi_param ".repeat(70_000));
        file("/var/www/html/d/.user.ini", "session.save_path=\"\n".repeat(50_000));
        file("/var/www/html/e/.user.ini", "session.save_path=\"" + "\n".repeat(900_000));
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
