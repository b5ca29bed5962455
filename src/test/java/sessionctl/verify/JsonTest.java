package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void whatPhpWritesIsRead() throws Json.Unreadable {
        Map<String, Object> read = Json.object(
                "{\"a\":\"\\u00fc\\\"\\\\\\/\\n\",\"b\":[\"x\",\"y\"],\"c\":{\"d\":[\"1\",\"\"]},\"n\":12,\"t\":true,\"z\":null}\n");
        assertThat(Json.string(read, "a")).isEqualTo("ü\"\\/\n");
        assertThat(Json.strings(read, "b")).containsExactly("x", "y");
        assertThat(Json.map(read.get("c"))).containsEntry("d", List.of("1", ""));
        assertThat(Json.number(read, "n")).isEqualTo(12);
        assertThat(read).containsEntry("t", true).doesNotContainKey("z");
        assertThat(Json.object("{}")).isEmpty();
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
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Json.object(text)).isInstanceOf(Json.Unreadable.class);
    }

    @Test
    void depthThatWouldEndTheProgramIsRefused() {
        assertThatThrownBy(() -> Json.object("{\"a\":" + "[".repeat(100_000))).isInstanceOf(Json.Unreadable.class);
    }
}
