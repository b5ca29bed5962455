package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import sessionctl.action.ActionFailure;

/** The sudo password, which is read before any connection. */
class SudoOptionsTest {
    @CommandLine.Command
    private static final class Line {
        @CommandLine.Mixin
        private final SudoOptions sudo = new SudoOptions();
    }

    private final InputStream usual = System.in;

    @BeforeEach
    @AfterEach
    void restore() {
        System.setIn(usual);
    }

    private static char @Nullable [] password(String... args) {
        Line line = new Line();
        new CommandLine(line).parseArgs(args);
        return line.sudo.password();
    }

    @ParameterizedTest
    @CsvSource({"'secret', secret", "'sécret pass\nmore\n', sécret pass", "' \n', ' '"})
    void thePasswordIsTheFirstLineOfTheDescriptor(String input, String password) {
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        assertThat(String.valueOf(Objects.requireNonNull(password("--sudo-password-fd", "0"))))
                .isEqualTo(password);
    }

    @Test
    void aDescriptorWithoutAPasswordIsRefusedWithTheRemedy() {
        System.setIn(new ByteArrayInputStream(new byte[0]));
        assertThatThrownBy(() -> password("--sudo-password-fd", "0"))
                .isInstanceOf(ActionFailure.class)
                .hasMessage("--sudo-password-fd: 0 contains no password");
        assertThatThrownBy(() -> password("--sudo-password-fd", "987"))
                .isInstanceOf(ActionFailure.class)
                .hasMessageStartingWith("--sudo-password-fd: 987 cannot be read (")
                .hasMessageEndingWith("; open it, as in 987< file");
        assertThatThrownBy(() -> password("--sudo-password-fd", "0", "--ask-sudo-password"))
                .isInstanceOf(ActionFailure.class)
                .hasMessage("--ask-sudo-password cannot be combined with --sudo-password-fd");
    }

    @Test
    void withoutAnOptionThereIsNoPassword() {
        assertThat(password()).isNull();
    }
}
