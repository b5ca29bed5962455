package sessionctl.ini;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Edited ini files, read by the PHP of this machine: the edited settings are in force, and all others are unchanged.
 * Each run reads the same files, as many as {@code -Dfuzz.inputs} sets.
 */
class IniFileIT {
    private static final int FILES = Integer.getInteger("fuzz.inputs", 300);

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
            "[X-PATH=/a]",
            "[PHP][PATH=/srv/shop]",
            "[PHP] [HOST=shop.test]",
            "[PHP]\t[PATH=/srv/shop] session.save_handler = files",
            "[PHP] session.save_handler = files",
            "[PHP] ;session.save_handler = files",
            "\u00ef\u00bb\u00bf[PATH=/x]",
            "[PA${NONE}TH=/x]",
            "[PA\"TH=/x\"]",
            "[\"PA\"\"TH=/x\"]",
            "[PA'TH=/x']",
            "[;PATH=/x]",
            "[PATH=word]",
            "[a$][PATH=/x]",
            "word\t[PATH=/x]",
            "word [PATH=/x]",
            "[\\PATH=/x]",
            "[PHP\\]PATH=/x]");

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
            "user_agent = \"a\n[PATH=/x]\nb\"",
            "user_agent = \"a\nsession.save_handler = files\nb\"",
            "user_agent = 'a\n;session.save_path = /tmp\n[HOST=x]'",
            "session.save_path = \"a\nb\"",
            "session.save_handler\f= files",
            "session.save_handler = memcache\u000b",
            "session.save_handler = memcache ; ours",
            "session.save_handler = memcache",
            "\fsession.save_path = /tmp",
            "\tprecision = 3",
            "session.save_path[] = 3",
            "word = 1",
            "precision = 1 | (2 & ~3)",
            "precision = on",
            "precision = ''",
            "user_agent = C:\\x\\ \"y\\\"",
            "user_agent = a$",
            "user_agent = a${word}b",
            "user_agent = \"a\\\"b$c\" d",
            "foo",
            "");

    private static final List<String> FAULTS = List.of(
            "foo = (bar",
            "foo = bar)",
            "foo = a = b",
            "user_agent = on x",
            "user_agent = \"open",
            "user_agent = 'open",
            "no = 1",
            "= 3",
            "]",
            "foo[x] bar",
            "user_agent = ${}",
            "user_agent = 1 |",
            "session.save_handler = files )",
            "precision = 1\u0000",
            "\u0000",
            "user_agent = '");

    private static final List<String> PIECES = List.of(
            "[",
            "]",
            "\"",
            "'",
            "$",
            "${word}",
            "\\",
            ";",
            "=",
            " ",
            "\t",
            "\f",
            "(",
            ")",
            "|",
            "~",
            "&",
            "{",
            "}",
            "\n",
            "\r",
            "PATH=/x",
            "HOST",
            "a",
            "on",
            "session.save_handler",
            "precision",
            "0",
            ":",
            "#",
            "\u00e9");

    private static final List<Directive> WANTED = Directive.of(
            "session.save_handler = memcache\nsession.save_path = \"tcp://10.1.1.1:11211\"\nprecision = 9\n");

    private static final String SHOWN =
            "foreach (['session.save_handler', 'session.save_path', 'precision', 'memory_limit', 'user_agent', 'foo', 'a']"
                    + " as $k) echo bin2hex(serialize(get_cfg_var($k))), \"\\n\";";

    private static final List<String> IN_FORCE = List.of("memcache", "tcp://10.1.1.1:11211", "9");

    /** Reads all files of a folder in one shell, two at a time. */
    private static final String EACH = "ls *.ini | xargs -P 2 -I {} sh -c"
            + " 'php -d display_startup_errors=0 -c {} -r \"$SHOWN\" >{}.out 2>{}.err </dev/null'";

    @TempDir
    Path folder;

    static List<String> files() {
        return IntStream.range(0, FILES)
                .mapToObj(seed -> {
                    Random random = new Random(seed);
                    List<String> lines = new ArrayList<>();
                    for (int i = random.nextInt(9); i >= 0; i--) {
                        lines.add(line(random, seed));
                    }
                    String end = seed % 5 == 0 ? "\r\n" : seed % 11 == 0 ? "\r" : "\n";
                    return String.join(end, lines) + (seed % 3 == 0 ? "" : end);
                })
                .toList();
    }

    private static String line(Random random, int seed) {
        List<String> source = random.nextInt(3) == 0 ? SECTIONS : LINES;
        if (seed % 4 == 1 && random.nextInt(9) == 0) {
            source = FAULTS;
        }
        String line = source.get(random.nextInt(source.size()));
        if (seed % 4 != 2 || random.nextInt(3) > 0) {
            return line;
        }
        int at = random.nextInt(line.length() + 1);
        return line.substring(0, at) + PIECES.get(random.nextInt(PIECES.size())) + line.substring(at);
    }

    /**
     * The values that PHP reads from a file.
     *
     * @param sound true if PHP read the complete file
     */
    private record Read(List<String> values, boolean sound) {}

    @Test
    void editedSettingsAreInForceAndAllOthersAreUnchanged() throws IOException, InterruptedException {
        List<String> originals = files();
        List<Read> before = php("before", originals);
        List<IniFile> edited =
                originals.stream().map(o -> IniFile.edited(o, WANTED)).toList();
        List<Read> after = php("after", edited.stream().map(IniFile::text).toList());
        int refused = 0;
        int crashed = 0;
        for (int i = 0; i < originals.size(); i++) {
            if (before.get(i).values().isEmpty() || after.get(i).values().isEmpty()) {
                crashed++;
                continue;
            }
            String about = "seed " + i + ", " + edited.get(i).fault() + ":\n" + originals.get(i) + "\n--- becomes\n"
                    + edited.get(i).text() + "\n---";
            boolean fault = !edited.get(i).fault().isEmpty();
            refused += fault ? 1 : 0;
            // At an apostrophe without a closing one PHP stops reading without a message.
            boolean sound = before.get(i).sound()
                    && originals.get(i).chars().filter(c -> c == '\'').count() % 2 == 0;
            assertThat(fault && sound).as("refused for nothing, %s", about).isFalse();
            assertThat(after.get(i).values().subList(0, 3))
                    .as(about)
                    .isEqualTo(IN_FORCE.stream().map(IniFileIT::shown).toList());
            if (sound) {
                assertThat(after.get(i).values().subList(3, 7))
                        .as(about)
                        .isEqualTo(before.get(i).values().subList(3, 7));
            }
            assertThat(IniFile.with(edited.get(i).text(), WANTED))
                    .as(about)
                    .isEqualTo(edited.get(i).text());
        }
        // PHP itself crashes on a list in place of a text, and on an odd variable in a section.
        assertThat(crashed).as("files over which PHP itself falls").isLessThan(FILES / 10);
        assertThat(refused).as("files that PHP reads in part").isPositive();
    }

    private static String shown(String value) {
        String serialized = "s:" + value.length() + ":\"" + value + "\";";
        return serialized.chars().mapToObj(c -> String.format("%02x", c)).collect(Collectors.joining());
    }

    private List<Read> php(String name, List<String> texts) throws IOException, InterruptedException {
        Path all = Files.createDirectory(folder.resolve(name));
        for (int i = 0; i < texts.size(); i++) {
            Files.writeString(all.resolve(i + ".ini"), texts.get(i), StandardCharsets.ISO_8859_1);
        }
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", EACH).directory(all.toFile());
        builder.environment().put("PHP_INI_SCAN_DIR", "");
        builder.environment().put("SHOWN", SHOWN);
        Process php = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(php.waitFor(5, TimeUnit.MINUTES)).isTrue();
        List<Read> read = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            List<String> values = Files.readAllLines(all.resolve(i + ".ini.out"));
            read.add(new Read(
                    values,
                    !Files.readString(all.resolve(i + ".ini.err"), StandardCharsets.ISO_8859_1)
                            .contains("PHP:  syntax error")));
        }
        return read;
    }
}
