package sessionctl.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommandSummaryTest {
    @Test
    void aScriptIsShownByItsFirstLineAndItsLength() {
        Command command = Command.script(Scripts.locking("plan/install.sh"), "memcached", "it's here");
        assertThat(CommandSummary.of(command))
                .matches("sh -c \\{Installs packages: waits for other users of dpkg, .* \\d+ lines}"
                        + " sessionctl memcached 'it'\\\\''s here'");
    }

    @Test
    void standardInputIsNeverShown() {
        Command command = Command.of("cat").withInput("hunter2");
        assertThat(CommandSummary.of(command)).isEqualTo("cat (7 bytes of input)");
    }

    @Test
    void aLongCommandIsShortened() {
        Command command = Command.of("echo", "x".repeat(1000), "y".repeat(1000), "z".repeat(1000), "w".repeat(1000));
        assertThat(CommandSummary.of(command)).hasSizeLessThan(700).endsWith("\u2026");
    }
}
