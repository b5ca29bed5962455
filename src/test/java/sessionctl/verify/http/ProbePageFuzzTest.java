package sessionctl.verify.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sessionctl.Fuzz;
import sessionctl.command.CommandResult;
import sessionctl.verify.SessionReplicas;

/** Reads mutated answers, as any program on a droplet's port 80 may send them. */
class ProbePageFuzzTest {
    private static final String PAGE = """
            {"php": "8.2.1", "sapi": "fpm", "dir": "/var/www", "loaded": "/etc/php.ini", "scanned": "a,\\nb", "user_ini": ".user.ini",
             "id": "abc", "count": 3, "errors": ["x", 1], "cookie": "PHPSESSID=abc", "settings": {"session.save_path": "x", "n": ["a", null]},
             "module": "8.0", "nested": {"a": [1.5e3, true, "\\u00e9\\ud83d\\ude00"]}}
            """;

    @Test
    void aMutatedPageIsReadOrReportedUnreadable() {
        assertThat(AnswerJson.object(PAGE)).as("the page before its mutations").isPresent();
        Fuzz.each(List.of(PAGE), text -> {
            try {
                Optional<Map<String, Object>> page = AnswerJson.object(text);
                if (page.isPresent()) {
                    assertThat(ProbeResponse.of("lamp01", 1, page.get(), 1)).isNotNull();
                    assertThat(PhpSettings.of("lamp01", page.get())).isNotNull();
                }
            } catch (HttpFailure e) {
                assertThat(String.valueOf(e.getMessage())).isNotEmpty();
            }
        });
    }

    @Test
    void aMutatedHttpAnswerIsReadOrRefused() {
        String answer = "HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 2\r\n\r\n{}";
        Fuzz.each(List.of(answer, answer.replace("\r", "")), text -> {
            try {
                HttpAnswer read = HttpAnswer.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
                assertThat(read.status()).isBetween(0, 999);
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        });
    }

    @Test
    void aMutatedAnswerOfTheCopiesScriptIsRead() {
        Fuzz.each(
                List.of("abc 6162\ndef -\n"),
                text -> assertThat(SessionReplicas.read(new CommandResult(0, text, "")))
                        .isNotNull());
    }
}
