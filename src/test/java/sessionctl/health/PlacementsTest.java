package sessionctl.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.SiteFiles;
import sessionctl.inventory.Droplet;

/**
 * Generated lines that contradict the inventory, in each kind of file and in each spelling, are found with file and
 * line by the droplet's own script. Files of healthy hosts give no finding.
 */
@Timeout(60)
class PlacementsTest {
    private static final int EACH = 16;
    private static final Droplet LAMP = Samples.lamp01();
    private static final Map<String, String> RIGHT = Map.of(
            "session.save_handler", "memcache",
            "session.save_path", "tcp://10.98.0.1:11211",
            "memcache.hash_strategy", "consistent",
            "memcache.allow_failover", "1");

    private static final List<String[]> WRONG = List.of(
            new String[] {"session.save_handler", "files"},
            new String[] {"session.save_handler", "memcached"},
            new String[] {"session.save_path", "/tmp"},
            new String[] {"session.save_path", "tcp://10.0.0.9:11211"},
            new String[] {"memcache.session_save_path", "tcp://10.0.0.9:11211"},
            new String[] {"memcache.hash_strategy", "standard"},
            new String[] {"memcache.allow_failover", "0"});

    /** Spellings of a line with a name {n} and a value {v}. A ` is a line end. */
    private static final List<String> INI = List.of(
            "{n}={v}",
            "  {n} = \"{v}\"",
            "\t{n}\t=\t'{v}' ; here",
            "[Session]`{n} = {v}",
            "{n} = {v}\r",
            "\u00ef\u00bb\u00bf`{n}={v}");

    private static final List<String> VALUES = List.of(
            "php_value {n} {v}",
            "  PHP_Value {n} \"{v}\"",
            "php_admin_value \"{n}\" '{v}'",
            "Php_Admin_Value\t{n}\t{v}",
            "php_value \\` {n} \\` {v}");

    private static final List<String> SECTIONS = List.of(
            "@",
            "<IfModule mod_php.c>`@`</IfModule>",
            "<IfModule !mod_php5.c>`@`</IfModule>",
            "<VirtualHost *:80>`@`</VirtualHost>",
            "<VirtualHost *:80>`<Directory /var/www/html>`@`</Directory>`</VirtualHost>",
            "<directory \"/var/www/html\">`@`</directory>",
            "<Location />`<IfModule alias_module>`@`</IfModule>`</Location>",
            "<FilesMatch \"\\.php$\">`@`</FilesMatch>",
            "Define Shop`<IfDefine Shop>`@`</IfDefine>");

    private static final List<String> ENVIRONMENT = List.of(
            "SetEnv PHP_VALUE \"{n}={v}\"",
            "  setenv PHP_ADMIN_VALUE \"{n} = {v}\"",
            "ProxyFCGISetEnvIf \"true\" PHP_VALUE \"{n}={v}\"",
            "SetEnvIf Host .* PHP_VALUE=\"{n}={v}\"");

    /** A file and how lines are written there; the name of the host's kind comes first. */
    private record Place(String host, String file, List<String> spellings, List<String> around) {}

    private static final String MODULE = "debian-12-provisioned";
    private static final String FPM = "debian-12-fpm-behind-apache";
    private static final String NGINX = "ubuntu-22.04-fpm-behind-nginx";

    private static List<Place> places(String host) {
        List<Place> places = new ArrayList<>();
        String php = "/etc/php/" + (host.equals(NGINX) ? "8.1" : "8.2");
        String sapi = php + (host.equals(MODULE) ? "/apache2" : "/fpm");
        for (String file : List.of(sapi + "/conf.d/00-a.ini", sapi + "/conf.d/zz.ini", sapi + "/conf.d/.a.ini")) {
            places.add(new Place(host, file, INI, List.of("@")));
        }
        if (host.equals(MODULE)) {
            for (String file : List.of(
                    "apache2.conf",
                    "conf-enabled/zz.conf",
                    "mods-enabled/zz.conf",
                    "sites-enabled/zz.conf",
                    "extra/php.conf",
                    "more/zz",
                    "named/zz.conf")) {
                places.add(new Place(host, "/etc/apache2/" + file, VALUES, SECTIONS));
            }
            for (String file : List.of("/.htaccess", "/a/b/.htaccess")) {
                places.add(new Place(host, "/var/www/html" + file, VALUES.subList(0, 2), SECTIONS.subList(0, 3)));
            }
            places.add(new Place(host, "/etc/php-scan/zz.ini", INI, List.of("@")));
            return places;
        }
        places.add(new Place(
                host,
                php + "/fpm/php.ini",
                INI.subList(0, 3),
                List.of("[PATH=/var/www/html]`@", "[HOST=shop.test]`@")));
        for (String file : List.of("pool.d/www.conf", "pools/www.conf", "php-fpm.conf")) {
            places.add(new Place(
                    host,
                    php + "/fpm/" + file,
                    List.of(
                            "php_value[{n}] = {v}",
                            " php_admin_value[{n}]=\"{v}\"",
                            "php_admin_flag[{n}] = '{v}' ; here"),
                    List.of("[www]`@", "[www]`pm = static`@`[other]")));
        }
        places.add(new Place(host, "/var/www/html/.own.ini", INI, List.of("@")));
        places.add(new Place(host, "/var/www/html/a/.own.ini", INI, List.of("@")));
        places.add(new Place(
                host,
                "/etc/systemd/system/php" + php.replaceAll(".*/", "") + "-fpm.service.d/o.conf",
                List.of("ExecStart=/usr/sbin/php-fpm -d {n}={v} --nodaemonize"),
                List.of("[Service]`ExecStart=`@")));
        if (host.equals(FPM)) {
            for (String file :
                    List.of("apache2.conf", "conf-enabled/zz.conf", "sites-enabled/zz.conf", "extra/php.conf")) {
                places.add(new Place(host, "/etc/apache2/" + file, ENVIRONMENT, SECTIONS.subList(3, 7)));
            }
            places.add(new Place(host, "/var/www/html/.htaccess", ENVIRONMENT.subList(0, 2), List.of("@")));
        } else {
            for (String file : List.of("sites-enabled/shop", "conf.d/a.conf", "snippets/php.conf")) {
                places.add(new Place(
                        host,
                        "/etc/nginx/" + file,
                        List.of(
                                "fastcgi_param PHP_VALUE \"{n}={v}\";",
                                "  fastcgi_param  PHP_ADMIN_VALUE '{n} = {v}' ;",
                                "fastcgi_param PHP_VALUE \"memory_limit=1M \\n {n}={v}\";"),
                        List.of("server {`location ~ php$ {`@`}`}", "@")));
            }
        }
        return places;
    }

    static Stream<List<String>> placements() {
        Random random = new Random(7);
        return Stream.of(MODULE, FPM, NGINX).flatMap(host -> {
            List<Place> places = places(host);
            return Stream.iterate(0, i -> i + 1)
                    .limit(Math.max(EACH, places.size()))
                    .map(i -> {
                        Place place = places.get(i % places.size());
                        String[] wrong = WRONG.get(random.nextInt(WRONG.size()));
                        String line = one(random, place.spellings())
                                .replace("{n}", wrong[0])
                                .replace("{v}", wrong[1]);
                        String text = "# \n".repeat(random.nextInt(3))
                                + one(random, place.around()).replace("@", line);
                        return List.of(host, place.file(), text.replace('`', '\n') + "\n", wrong[0], wrong[1]);
                    });
        });
    }

    private static String one(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    @TempDir
    private Path root = Path.of("");

    private void file(String path, String text) throws IOException {
        Path file = Path.of(root + path);
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void append(String path, String text) throws IOException {
        Path file = Path.of(root + path);
        String before = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        file(path, text.startsWith("\u00ef") ? text + before : before + text);
    }

    /** Writes the files of a host as the distribution's packages bring them, with a site. */
    private void host(String kind) throws IOException {
        String php = "/etc/php/" + (kind.equals(NGINX) ? "8.1" : "8.2");
        for (String sapi : List.of("apache2", "fpm", "cli")) {
            file(php + "/" + sapi + "/php.ini", "[PHP]\nuser_ini.filename = \".own.ini\"\n");
            file(php + "/" + sapi + "/conf.d/10-opcache.ini", "zend_extension=opcache.so\n");
        }
        file(
                php + "/fpm/php-fpm.conf",
                "[global]\npid = /run/fpm.pid\ninclude=" + root + php + "/fpm/pool.d/*.conf\n" + "include=" + root + php
                        + "/fpm/pools/www.conf\n");
        file(php + "/fpm/pool.d/www.conf", "[www]\nlisten = /run/php/fpm.sock\n;php_value[session.save_path] = /x\n");
        if (kind.equals(NGINX)) {
            file("/etc/nginx/nginx.conf", "http {\ninclude conf.d/*.conf;\ninclude sites-enabled/*;\n}\n");
            file(
                    "/etc/nginx/sites-enabled/default",
                    "server { root " + root + "/var/www/html; location ~ php$ {"
                            + " include snippets/php.conf; fastcgi_pass unix:/run/php/fpm.sock; } }\n");
            return;
        }
        file(
                "/etc/apache2/envvars",
                "export APACHE_RUN_USER=www-data\nexport PHP_INI_SCAN_DIR=:" + root + "/etc/php-scan\n");
        file(
                "/etc/apache2/apache2.conf",
                "IncludeOptional mods-enabled/*.load\nIncludeOptional mods-enabled/*.conf\n"
                        + "Define Named named\n<Directory />\nAllowOverride None\n</Directory>\n<Directory " + root
                        + "/var/www/>\nAllowOverride All\n</Directory>\nIncludeOptional conf-enabled/*.conf\n"
                        + "IncludeOptional sites-enabled/*.conf\nInclude extra/php.conf\nInclude more\n"
                        + "Include " + root + "/etc/apache2/${Named}/*.conf\n");
        file("/etc/apache2/mods-enabled/alias.load", "LoadModule alias_module x.so\n");
        if (kind.equals(MODULE)) {
            file("/etc/apache2/mods-enabled/php8.2.load", "LoadModule php_module x.so\n");
            file(
                    "/etc/apache2/mods-enabled/php8.2.conf",
                    "<FilesMatch \".+\\.php$\">\nSetHandler application/x-httpd-php\n</FilesMatch>\n");
        }
        file(
                "/etc/apache2/sites-enabled/000-default.conf",
                "<VirtualHost *:80>\nDocumentRoot " + root + "/var/www/html\n"
                        + (kind.equals(FPM) ? "SetHandler \"proxy:unix:/run/php/fpm.sock|fcgi://localhost\"\n" : "")
                        + "</VirtualHost>\n");
    }

    private List<Finding> findings(String kind) throws Exception {
        String settings = String.join("\n", new SiteFiles(root).all()).replace('|', '\t');
        Answer answer = Answer.named(kind).with("settings", settings);
        return new OverrideFindings(
                        Map.of(LAMP, FactsProbe.parse(answer.result())),
                        Map.of(LAMP.name(), RIGHT),
                        new Remedies("shop.yml"))
                .findings();
    }

    @ParameterizedTest
    @MethodSource("placements")
    void aContradictingLineIsFoundWithFileAndLine(List<String> placement) throws Exception {
        String file = placement.get(1);
        host(placement.get(0));
        append(file, placement.get(2));
        List<String> lines = Files.readAllLines(Path.of(root + file), StandardCharsets.ISO_8859_1);
        int number = 1;
        while (!lines.get(number - 1).contains(placement.get(3))
                || lines.get(number - 1).startsWith(";")) {
            number++;
        }
        int first = lines.get(Math.max(0, number - 2)).endsWith("\\") ? number - 1 : number;
        assertThat(findings(placement.get(0)))
                .as("%s", placement)
                .anyMatch(f -> f.severity() == Severity.ERROR
                        && f.what()
                                .matches(Pattern.quote(file + ":" + first) + "(-\\d+)? sets " + placement.get(3)
                                        + ", which overrides the inventory's.*"));
    }

    /** A healthy host: its kind, and lines of a file each. */
    static Stream<List<String>> healthy() {
        return Stream.of(
                List.of(MODULE),
                List.of(MODULE, "/etc/php/8.2/cli/conf.d/99.ini", "session.save_handler = files"),
                List.of(MODULE, "/etc/php/8.2/fpm/conf.d/99.ini", "session.save_handler = files"),
                List.of(MODULE, "/etc/php/7.4/apache2/conf.d/99.ini", "session.save_handler = files"),
                List.of(MODULE, "/etc/apache2/sites-available/a.conf", "php_value session.save_handler files"),
                List.of(MODULE, "/etc/apache2/conf-enabled/a.conf.bak", "php_value session.save_handler files"),
                List.of(MODULE, "/etc/apache2/conf-enabled/a.conf", "# php_value session.save_handler files"),
                List.of(
                        MODULE,
                        "/etc/apache2/conf-enabled/a.conf",
                        "<IfModule mod_php7.c>`php_value session.save_handler files`</IfModule>"),
                List.of(
                        MODULE,
                        "/etc/apache2/conf-enabled/a.conf",
                        "<IfModule !mod_php.c>`php_value session.save_handler files`</IfModule>"),
                List.of(
                        MODULE,
                        "/etc/apache2/conf-enabled/a.conf",
                        "<IfDefine Old>`php_value session.save_handler files`</IfDefine>"),
                List.of(
                        MODULE,
                        "/etc/apache2/conf-enabled/a.conf",
                        "php_value session.save_handler files`php_value session.save_handler memcache"),
                List.of(
                        MODULE,
                        "/etc/apache2/conf-enabled/a.conf",
                        "php_admin_value session.save_handler memcache`php_flag memcache.allow_failover On",
                        "/var/www/html/.htaccess",
                        "php_value session.save_handler files"),
                List.of(MODULE, "/etc/apache2/sites-enabled/z.conf", "SetEnv PHP_VALUE \"session.save_handler=files\""),
                List.of(MODULE, "/var/www/html/.user.ini", "session.save_handler = files"),
                List.of(MODULE, "/srv/.htaccess", "php_value session.save_handler files"),
                List.of(
                        MODULE,
                        "/etc/php/8.2/apache2/conf.d/99.ini",
                        "[PATH=/var/www/html]`session.save_handler = files"),
                List.of(
                        MODULE,
                        "/etc/php/8.2/apache2/conf.d/50.ini",
                        "session.save_handler = files",
                        "/etc/php/8.2/apache2/conf.d/99.ini",
                        "session.save_handler = 'memcache' ; ours"),
                List.of(MODULE, "/etc/php/8.2/apache2/conf.d/99.ini.dpkg-dist", "session.save_handler = files"),
                List.of(
                        MODULE,
                        "/etc/php/8.2/apache2/conf.d/99.ini",
                        "memcached.sess_prefix = x`session.save_handler = Memcache`session.cookie_secure = 1`memcache.allow_failover = On`;session.save_path=/tmp"),
                List.of(
                        FPM,
                        "/etc/php/8.2/fpm/pool.d/other.conf",
                        "[other]`listen = 9001`php_admin_value[session.save_handler] = files"),
                List.of(FPM, "/etc/php/8.2/fpm/pool.d/www.conf.off", "[www]`php_value[session.save_handler] = files"),
                List.of(
                        FPM,
                        "/etc/php/8.2/fpm/pool.d/www.conf",
                        "php_value[session.save_handler] = memcache`php_value[session.save_handler] = files"),
                List.of(
                        FPM,
                        "/etc/php/8.2/fpm/conf.d/99.ini",
                        "session.save_handler = files",
                        "/etc/php/8.2/fpm/pool.d/www.conf",
                        "php_admin_value[session.save_handler] = memcache",
                        "/var/www/html/.own.ini",
                        "session.save_handler = files"),
                List.of(FPM, "/var/www/html/.user.ini", "session.save_handler = files"),
                List.of(
                        FPM,
                        "/etc/php/8.3/fpm/pool.d/www.conf",
                        "[www]`listen = /run/php/new.sock`php_value[session.save_handler] = files"),
                List.of(
                        NGINX,
                        "/etc/nginx/snippets/unused.conf",
                        "fastcgi_param PHP_VALUE \"session.save_handler=files\";"),
                List.of(
                        NGINX,
                        "/etc/nginx/sites-available/a",
                        "fastcgi_param PHP_VALUE \"session.save_handler=files\";"),
                List.of(NGINX, "/var/www/html/.htaccess", "SetEnv PHP_VALUE \"session.save_handler=files\""));
    }

    @ParameterizedTest
    @MethodSource("healthy")
    void aHealthyHostHasNoFinding(List<String> host) throws Exception {
        host(host.get(0));
        for (int i = 1; i < host.size(); i += 2) {
            append(host.get(i), host.get(i + 1).replace('`', '\n') + "\n");
        }
        assertThat(findings(host.get(0))).isEmpty();
    }
}
