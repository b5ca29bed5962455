package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An edited ini file, read by the PHP of this machine: what was set is in force, and nothing else has changed. */
class IniFileIT {
    private static final List<String> SECTIONS = List.of(
            "[PATH=/srv/shop]",
            "[PATH=/srv/shop/]",
            "[PATH]",
            "[PATH=]",
            "[path=/srv/shop]",
            "[ PATH=/srv/shop ]",
            "  [PATH=/srv/shop]",
            "[\"PATH=/srv/shop\"]",
            "['HOST=shop.test']",
            "[HOST=shop.test]",
            "[HOST]",
            "[ HOST ]",
            "[Host ]",
            "[Hosting]",
            "[Paths]",
            "[PHP]",
            "[Session]",
            "[]",
            "[PATH ]",
            "[PATH=/srv/shop",
            "[ \"PATH=/srv/shop\"]",
            "[ 'PATH=/srv/shop']",
            "[\"PATH\" ]",
            "[\"PATH\"=/srv]",
            "[${NONE}PATH=/srv]",
            "[\"\" \"HOST=x\"]",
            "[X-PATH=/a]");

    private static final List<String> LINES = List.of(
            "session.save_handler = files",
            "session.save_handler=redis",
            "  session.save_path = \"/var/lib/php/sessions\"",
            ";session.save_path = /tmp",
            "; session.save_handler = files",
            "session.save_path = \"tcp://10.0.0.1:11211\"",
            "memory_limit = 256M",
            "user_agent = \"a b\"",
            ";user_agent = x",
            "; prose about session.save_path = this",
            "");

    private static final List<Directive> WANTED = Directive.of(
            "session.save_handler = memcache\nsession.save_path = \"tcp://10.1.1.1:11211\"\nprecision = 9\n");
    private static final String SHOWN =
            "foreach (['session.save_handler', 'session.save_path', 'precision', 'memory_limit',"
                    + " 'user_agent'] as $k) echo var_export(get_cfg_var($k), true), \"\\n\";";

    @TempDir
    Path folder;

    static List<String> files() {
        Random random = new Random(5);
        return IntStream.range(0, 150)
                .mapToObj(n -> {
                    List<String> lines = new ArrayList<>();
                    int length = 1 + random.nextInt(9);
                    for (int i = 0; i < length; i++) {
                        List<String> source = random.nextInt(3) == 0 ? SECTIONS : LINES;
                        lines.add(source.get(random.nextInt(source.size())));
                    }
                    String end = n % 5 == 0 ? "\r\n" : "\n";
                    return String.join(end, lines) + (n % 3 == 0 ? "" : end);
                })
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void whatIsSetIsInForceAndEverythingElseStays(String original) throws IOException, InterruptedException {
        List<String> before = php(original);
        List<String> after = php(IniFile.with(original, WANTED));
        assertThat(after.subList(0, 3)).containsExactly("'memcache'", "'tcp://10.1.1.1:11211'", "'9'");
        assertThat(after.subList(3, 5)).isEqualTo(before.subList(3, 5));
    }

    private List<String> php(String ini) throws IOException, InterruptedException {
        Path file = folder.resolve("php.ini");
        Files.writeString(file, ini, StandardCharsets.ISO_8859_1);
        ProcessBuilder builder =
                new ProcessBuilder("php", "-d", "display_startup_errors=0", "-c", file.toString(), "-r", SHOWN);
        builder.environment().put("PHP_INI_SCAN_DIR", "");
        Process php = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String shown = new String(php.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(php.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(php.exitValue()).as(shown).isZero();
        return shown.lines().toList();
    }
}
