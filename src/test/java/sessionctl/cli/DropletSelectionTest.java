package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Samples;
import sessionctl.action.ActionFailure;
import sessionctl.inventory.Droplet;

class DropletSelectionTest {
    private static final List<Droplet> DROPLETS = Samples.lamps(4).droplets();

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "lamp02,lamp01        > lamp01 lamp02",
                "lamp*                > lamp01 lamp02 lamp03 lamp04",
                "lamp0?,!lamp03       > lamp01 lamp02 lamp04",
                "!lamp03              > lamp01 lamp02 lamp04",
                "!lamp03,!*4          > lamp01 lamp02",
                "*1,*4,!lamp04        > lamp01",
                "lamp02,lamp0[2]      > unknown: lamp0[2]",
                "LAMP02               > unknown: LAMP02",
                "web*,lamp01          > unknown: web*",
                "!web*,db             > unknown: !web*, db",
                "lamp01,!lamp*        > lamp01,!lamp* leaves no droplet",
                "!*                   > !* leaves no droplet",
            })
    void patternsSelectDropletsInTheOrderOfTheInventory(String patterns, String expected) {
        List<String> given = List.of(patterns.split(","));
        if (expected.matches("lamp0\\d( lamp0\\d)*")) {
            assertThat(DropletSelection.of(given, DROPLETS))
                    .extracting(Droplet::name)
                    .containsExactly(expected.split(" "));
        } else {
            assertThatExceptionOfType(ActionFailure.class)
                    .isThrownBy(() -> DropletSelection.of(given, DROPLETS))
                    .satisfies(e -> assertThat(e.exitCode()).isEqualTo(5))
                    .withMessageContaining(expected.replace("unknown:", "the inventory has no droplet"));
        }
    }

    @Test
    void withoutAPatternAllDropletsAreSelected() {
        assertThat(DropletSelection.of(List.of(), DROPLETS)).isEqualTo(DROPLETS);
    }
}
