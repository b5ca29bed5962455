package sessionctl.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
    @Test
    void argumentsNeverBecomePartOfAScriptsText() {
        Command command = Command.script("echo \"$1\"", "$(reboot)", "'; reboot; '");
        assertThat(command.words())
                .containsExactly("sh", "-c", "echo \"$1\"", "sessionctl", "$(reboot)", "'; reboot; '");
    }

    @Test
    void aScriptGetsItsArgumentsUnchanged() throws IOException {
        Command command = Command.script("printf '<%s>' \"$@\"", "$(id)", "a'b", "", "x y");
        Process process = new ProcessBuilder("sh", "-c", command.line()).start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("<$(id)><a'b><><x y>");
    }

    @Test
    void inputAndTimeLimitAreSetInCopies() {
        Command command = Command.of("true");
        assertThat(command.withInput("x").within(Duration.ofSeconds(1)))
                .isEqualTo(new Command(List.of("true"), "x", Duration.ofSeconds(1)));
        assertThat(command.input()).isEmpty();
    }

    @Test
    void aCommandWithoutWordsIsRefused() {
        assertThatThrownBy(() -> Command.of()).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"facts/facts.sh", "plan/configure.sh", "plan/install.sh"})
    void everyScriptIsAResourceAndParses(String path) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-n", "-c", Scripts.text(path))
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void aMissingScriptThrowsAnErrorWithItsName() {
        assertThatThrownBy(() -> Scripts.text("no.sh")).hasMessageContaining("no.sh");
    }
}
