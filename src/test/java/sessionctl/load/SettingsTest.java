package sessionctl.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void missingOptionsHaveDefaults() {
        assertThat(Settings.of("10.0.0.1", "--rate", "500", "10.0.0.2"))
                .isEqualTo(new Settings(
                        List.of("10.0.0.1", "10.0.0.2"),
                        "/keeper.php",
                        1000,
                        300,
                        500,
                        24,
                        20,
                        Duration.ofSeconds(10),
                        false,
                        "",
                        0));
    }

    @Test
    void invalidOptionsAreRefused() {
        assertThatThrownBy(() -> Settings.of("--rate", "500")).hasMessage("no droplet is given");
        assertThatThrownBy(() -> Settings.of("10.0.0.1", "--rate", "much"))
                .hasMessage("--rate wants a number, not 'much'");
        assertThatThrownBy(() -> Settings.of("10.0.0.1", "--speed", "1"))
                .hasMessage("--speed is not an option here, or lacks its value");
        assertThatThrownBy(() -> Settings.of("10.0.0.1", "--rate"))
                .hasMessage("--rate is not an option here, or lacks its value");
    }
}
