package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.report.markdown.MarkdownText;

class TerminalSafeTest {
    @ParameterizedTest
    @CsvSource({
        "plain text, plain text",
        "'\u001b[2J\u001b[31mred', '\\x1b[2J\\x1b[31mred'",
        "'a\rb', 'a\\x0db'",
        "'a\u0007\b', 'a\\x07\\x08'",
        "'a\tb\nc', 'a\tb\nc'",
        "'\u007f', '\\x7f'",
        "'\u009b31m', '\\x9b31m'",
        "'\u00c2\u009b31m', '\\x9b31m'",
        "caf\u00e9, caf\u00e9",
        "caf\u00c3\u00a9, caf\u00e9",
        "'\u00e2\u0080\u00aeevil', '\\x202eevil'",
        "'\u00e2\u0080\u008b', '\\x200b'",
        "'\u00e2\u0080\u00a8', '\\x2028'",
        "'\u00ef\u00bb\u00bftext', '\\xfefftext'",
        "\u043a\u043b\u044e\u0447, \u043a\u043b\u044e\u0447",
        "'\u2026 caf\u00e9', '\u2026 caf\u00e9'",
        "'\ud83d\ude00', '\ud83d\ude00'",
        "'\ud83d', '\\xd83d'",
    })
    void controlAndHiddenCharactersAreEscaped(String bytes, String text) {
        assertThat(TerminalSafe.of(bytes)).isEqualTo(text);
    }

    /** Texts that become links by themselves (GitHub Flavored Markdown, 6.9). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "www.evil.example",
                "(WWW.evil.example)",
                "see www.a.example and www.b.example",
                "http://evil.example",
                "HTTPS://evil.example",
                "ftp://evil.example",
                "mailto:x@evil.example",
                "xmpp:x@evil.example/y",
                "a.b-c_d+e@evil.example",
                "http://www.x@evil.example"
            })
    void noTextBecomesALinkInMarkdown(String text) {
        String line = MarkdownText.line(text);
        // Entities and backslashes are resolved before the search for mail addresses, and before no other search.
        assertThat(line.replace("&#64;", "@").replaceAll("\\\\(.)", "$1"))
                .doesNotContainPattern("[A-Za-z0-9._+-]@[A-Za-z0-9._-]+[.]");
        assertThat(line).doesNotContainPattern("(?i)www[.][^\\\\]").doesNotContain("://");
        assertThat(line.replaceAll("<!-- -->|\\\\", "").replace("&#64;", "@")).isEqualTo(text);
    }

    @Test
    void noControlCharacterIsPrinted() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            String bytes = random.ints(40, 0, 256)
                    .mapToObj(c -> Character.toString((char) c))
                    .collect(Collectors.joining());
            assertThat(TerminalSafe.of(bytes).codePoints())
                    .noneMatch(c -> Character.isISOControl(c) && c != '\t' && c != '\n');
        }
    }
}
