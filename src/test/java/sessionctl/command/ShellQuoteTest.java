package sessionctl.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellQuoteTest {
    private static final List<String> BITING = List.of(
            "",
            " ",
            "a b",
            "'",
            "''",
            "\"",
            "\\",
            "\\'",
            "$x",
            "$(id)",
            "`id`",
            "${x}",
            "a'b'c",
            "*",
            "?",
            "[a]",
            "~",
            "~root",
            "a;b",
            "a&b",
            "a|b",
            "a>b",
            "a<b",
            "(a)",
            "{a,b}",
            "#a",
            "!x",
            "!!",
            "^a",
            "-n",
            "--",
            "a=b",
            "a\nb",
            "\n",
            "a\n",
            "\t",
            "\r",
            "\\n",
            "%s",
            "%n",
            "é",
            "\u00ff",
            "\u0001",
            "\u007f",
            "\u001b[2J",
            "$'a'");

    /** Prints its arguments, each followed by a byte that no argument contains. */
    private static List<String> seen(String shell, String words) throws IOException {
        Process process = new ProcessBuilder(shell).redirectErrorStream(true).start();
        try (OutputStream script = process.getOutputStream()) {
            script.write(("printf '%s\\036' " + words + "\n").getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return List.of(output.substring(0, output.length() - 1).split("\u001e", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash"})
    void aShellPassesQuotedWordsOnUnchanged(String shell) throws IOException {
        assertThat(seen(shell, ShellQuote.join(BITING))).isEqualTo(BITING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash"})
    void aShellPassesRandomQuotedWordsOnUnchanged(String shell) throws IOException {
        Random random = new Random(20);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            words.add(Stream.generate(() -> BITING.get(random.nextInt(BITING.size())))
                    .limit(1 + random.nextInt(6))
                    .collect(Collectors.joining()));
        }
        assertThat(seen(shell, ShellQuote.join(words))).isEqualTo(words);
    }

    @Test
    void plainWordsAreNotQuoted() {
        assertThat(ShellQuote.join(List.of("sh", "-c", "/usr/bin/x", "a:b@c%1.2_3,4+5")))
                .isEqualTo("sh -c /usr/bin/x a:b@c%1.2_3,4+5");
    }

    @Test
    void aWordThatLooksLikeAnAssignmentIsRunAsAProgram() throws IOException {
        Process process =
                new ProcessBuilder("sh", "-c", ShellQuote.join(List.of("A=b")) + " 2>/dev/null; echo $?").start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("127\n");
    }

    @Test
    void aWordWithANulByteIsRefused() {
        assertThatThrownBy(() -> ShellQuote.quote("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }
}
