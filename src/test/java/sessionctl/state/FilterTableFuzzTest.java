package sessionctl.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sessionctl.Fuzz;

class FilterTableFuzzTest {
    private static final String SAVE = """
            # Generated
            *filter
            :INPUT ACCEPT [0:0]
            :FORWARD DROP [0:0]
            :OUTPUT ACCEPT [0:0]
            :SESSIONCTL - [0:0]
            -A INPUT -j SESSIONCTL
            -A INPUT -p tcp -m tcp --dport 22 -m comment --comment "a b" -j ACCEPT
            -A SESSIONCTL -s 10.0.0.2/32 -p tcp -j ACCEPT
            COMMIT
            """;

    @Test
    void aMutatedTableIsWrittenAndReadBackEqual() {
        Fuzz.each(List.of(SAVE), save -> {
            FilterTable table = FilterTable.parse(save);
            assertThat(FilterTable.parse(table.text())).isEqualTo(table);
        });
    }
}
