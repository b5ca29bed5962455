package sessionctl.inventory.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingSuggestionTest {
    @ParameterizedTest
    @CsvSource({
        "port,port,0",
        "prot,port,1",
        "pot,port,1",
        "ports,port,1",
        "post,port,1",
        "'',port,4",
        "abc,cab,2",
        "ca,abc,3"
    })
    void theDistanceCountsTheLettersToChange(String a, String b, int distance) {
        assertThat(SpellingSuggestion.distance(a, b)).isEqualTo(distance);
        assertThat(SpellingSuggestion.distance(b, a)).isEqualTo(distance);
    }

    @ParameterizedTest
    @CsvSource({
        "prot, 'did you mean \"port\"?'",
        "PORT, 'did you mean \"port\"?'",
        "private-ip, 'did you mean \"private_ip\"?'",
        "privateIp, 'did you mean \"private_ip\"?'",
        "kye, 'did you mean \"key\"?'",
        "kernel, 'expected one of port, key, private_ip, public_ip'",
        "'', 'expected one of port, key, private_ip, public_ip'"
    })
    void aKeyIsSuggestedOnlyIfItIsSimilar(String written, String hint) {
        assertThat(SpellingSuggestion.hint(written, List.of("port", "key", "private_ip", "public_ip")))
                .isEqualTo(hint);
    }
}
