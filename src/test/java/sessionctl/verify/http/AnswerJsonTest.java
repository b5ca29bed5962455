package sessionctl.verify.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerJsonTest {
    @Test
    void theJsonOfPhpIsRead() {
        Map<String, Object> read = AnswerJson.object(
                        "{\"a\":\"\\u00fc\\\"\\\\\\/\\n\",\"b\":[\"x\",\"y\"],\"c\":{\"d\":[\"1\",\"\"]},\"n\":12,\"t\":true,\"z\":null}\n")
                .orElseThrow();
        assertThat(AnswerJson.string(read, "a")).isEqualTo("ü\"\\/\n");
        assertThat(AnswerJson.strings(read, "b")).containsExactly("x", "y");
        assertThat(AnswerJson.map(read.get("c")).orElseThrow()).containsEntry("d", List.of("1", ""));
        assertThat(AnswerJson.number(read, "n")).isEqualTo(12);
        assertThat(read).containsEntry("t", true).doesNotContainKey("z");
        assertThat(AnswerJson.object("{}").orElseThrow()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<?php echo 1;",
                "[]",
                "{",
                "{\"a\":1",
                "{\"a\" 1}",
                "{\"a\":}",
                "{\"a\":1}x",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":1,}",
                "{\"a\":-}",
                "{\"a\":1e9999999}",
                "{\"a\":\"",
                "{\"a\":nope}"
            })
    void malformedJsonIsRefused(String text) {
        assertThat(AnswerJson.object(text)).isEmpty();
    }

    @Test
    void deeplyNestedJsonIsRefusedWithoutAStackOverflow() {
        assertThat(AnswerJson.object("{\"a\":" + "[".repeat(100_000))).isEmpty();
    }
}
