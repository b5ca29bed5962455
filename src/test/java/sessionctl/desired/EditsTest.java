package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Golden;
import sessionctl.ini.Directive;
import sessionctl.ini.IniFile;
import sessionctl.plan.UnifiedDiff;
import sessionctl.state.MemcachedFlags;

/**
 * Each case is a folder {@code edits/<ini|flags>/<case>} with an original file (or the name of a distribution's file
 * in {@code original.from}), the directives to set, and the expected diff.
 */
class EditsTest {
    private static final List<String> INI_LINES = List.of(
            "key = old",
            "key=new",
            ";key = x",
            "; key = y",
            ";  key = prose",
            "[PHP]",
            "[PATH=/x]",
            "[host=y]",
            "",
            "other = 1",
            ";other = 2",
            "a.b = \u00e9\u0085",
            "  key = 3",
            "keys = 4",
            "; text");

    private static final List<String> FLAG_LINES = List.of(
            "-m 64",
            "-l 127.0.0.1",
            "-l ::1",
            "# -m 1",
            "#-l x",
            "-d",
            "-d -m 3",
            "-vv",
            "-m 64 -l 10.0.0.1 -c 5",
            "logfile x",
            "",
            "# \u00e9\u0085 -m 4",
            "--memory-limit=9",
            "-p 1 # c",
            "-l 10.0.0.1");

    static Stream<Path> cases() throws IOException {
        return Stream.concat(Golden.cases("edits/ini"), Golden.cases("edits/flags"));
    }

    private static BiFunction<String, List<Directive>, String> editor(boolean ini) {
        return ini ? IniFile::with : MemcachedConfFile::with;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anEditMakesTheExpectedDiffOnce(Path folder) throws IOException {
        Path from = folder.resolve("original.from");
        String original = Files.exists(from)
                ? Golden.bytes("distribution/" + Files.readString(from).strip())
                : Golden.bytes(folder.resolve("original"));
        List<Directive> directives = Directive.of(Golden.bytes(folder.resolve("directives.txt")));
        BiFunction<String, List<Directive>, String> editor =
                editor(folder.toString().contains("/ini/"));
        String edited = editor.apply(original, directives);
        String diff = String.join("\n", UnifiedDiff.of("original", "edited", original, edited));
        Golden.check(folder.resolve("expected.diff"), diff.replace("\r", "\\r") + "\n");
        assertThat(editor.apply(edited, directives)).isEqualTo(edited);
    }

    static Stream<String> generated(List<String> lines) {
        Random random = new Random(11);
        return IntStream.range(0, 300).mapToObj(n -> {
            String end = n % 5 == 0 ? "\r\n" : "\n";
            List<String> picked = new ArrayList<>();
            random.ints(random.nextInt(8), 0, lines.size()).forEach(i -> picked.add(lines.get(i)));
            return String.join(end, picked) + (n % 3 == 0 ? "" : end);
        });
    }

    static Stream<String> inis() {
        return generated(INI_LINES);
    }

    static Stream<String> flags() {
        return generated(FLAG_LINES);
    }

    @ParameterizedTest
    @MethodSource("inis")
    void aSecondEditOfAnIniFileChangesNothingAndOtherKeysStay(String original) {
        List<Directive> directives = Directive.of("key = new\n?other = 5\nthird = 3\n");
        String once = IniFile.with(original, directives);
        assertThat(IniFile.with(once, directives)).isEqualTo(once);
        assertThat(without(once, "\\s*;?[ \t]?(key|other|third)\\s*=.*"))
                .isEqualTo(without(original, "\\s*;?[ \t]?(key|other|third)\\s*=.*"));
        assertThat(once).contains("key");
    }

    @ParameterizedTest
    @MethodSource("flags")
    void aSecondEditOfMemcachedConfChangesNothingAndOtherOptionsStay(String original) {
        List<Directive> directives = Directive.of("-l 10.0.0.1\n?-m 128\n-U 0\n");
        String once = MemcachedConfFile.with(original, directives);
        assertThat(MemcachedConfFile.with(once, directives)).isEqualTo(once);
        MemcachedFlags before = MemcachedFlags.ofFile(original);
        MemcachedFlags after = MemcachedFlags.ofFile(once);
        assertThat(after.values("-l")).containsExactly("10.0.0.1");
        assertThat(after.values("-U")).containsExactly("0");
        assertThat(after.values("-m")).isEqualTo(before.values("-m").isEmpty() ? List.of("128") : before.values("-m"));
        for (String other : List.of("-p", "-c", "-v")) {
            assertThat(after.values(other)).isEqualTo(before.values(other));
        }
        assertThat(without(once, "-.*")).isEqualTo(without(original, "-.*"));
    }

    /** An operator may rely on the value by then, so it is not removed. */
    @Test
    void aDirectiveRemovedFromATemplateStaysInTheFile() {
        String ini = IniFile.with("a = 1\n", Directive.of("key = new\nother = 5\n"));
        assertThat(IniFile.with(ini, Directive.of("key = new\n")))
                .isEqualTo(ini)
                .contains("other = 5");
        String flags = MemcachedConfFile.with("-v\n", Directive.of("-U 0\n-m 128\n"));
        assertThat(MemcachedConfFile.with(flags, Directive.of("-U 0\n")))
                .isEqualTo(flags)
                .contains("-m 128");
    }

    /** Returns the lines outside the edited ones, unchanged and in order. */
    private static List<String> without(String text, String pattern) {
        return Stream.of(text.split("\r?\n"))
                .filter(line -> !line.isEmpty() && !line.matches("(?s)" + pattern))
                .toList();
    }
}
