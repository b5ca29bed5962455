package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordWrapTest {
    @Test
    void linesBreakBetweenWords() {
        assertThat(WordWrap.at(16, "no key opens it: id_ecdsa, id_rsa"))
                .isEqualTo("no key opens it:\n  id_ecdsa,\n  id_rsa");
    }

    @Test
    void aWordLongerThanALineIsNotSplit() {
        assertThat(WordWrap.at(10, "see /etc/ssh/ssh_host_key.pub there"))
                .isEqualTo("see\n  /etc/ssh/ssh_host_key.pub\n  there");
    }

    @Test
    void withoutATerminalNothingWrapsAndLineBreaksAreKept() {
        assertThat(WordWrap.at(0, "a b c d e f")).isEqualTo("a b c d e f");
        assertThat(WordWrap.at(5, "a b c\nd e f")).isEqualTo("a b c\nd e f");
    }
}
