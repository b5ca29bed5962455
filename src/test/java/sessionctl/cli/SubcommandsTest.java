package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class SubcommandsTest {
    static Set<String> names() {
        return Main.line(Map.of()).getSubcommands().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachSubcommandIsRegisteredUnderItsAnnotatedName(String name) {
        CommandLine command =
                Objects.requireNonNull(Main.line(Map.of()).getSubcommands().get(name));
        Command itself = command.getCommand().getClass().getAnnotation(Command.class);
        assertThat(itself.name()).isEqualTo(name);
    }

    @Test
    void onlyTheSubcommandThatTheFirstWordNamesIsLoaded() {
        assertThat(Main.line(Map.of(), "provision", "--dry-run").getSubcommands())
                .containsOnlyKeys("provision");
    }

    @Test
    void theListOfCommandsIsTheSameWithoutTheirOptions() {
        CommandLine listing = Main.line(Map.of(), "--help");
        assertThat(listing.getUsageMessage()).isEqualTo(Main.line(Map.of()).getUsageMessage());
        assertThat(listing.getSubcommands().values())
                .allMatch(command -> command.getCommandSpec().options().isEmpty());
    }

    @Test
    void theOptionForTheVersionPrintsTheSameAloneAndBeforeACommand() {
        assertThat(printed("--version"))
                .isEqualTo(printed("--version", "provision"))
                .isEqualTo(printed("version"))
                .startsWith("sessionctl ");
    }

    private static String printed(String... args) {
        StringWriter out = new StringWriter();
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(out), args)).isZero();
        return out.toString();
    }

    @Test
    void allSubcommandsAreLoadedIfTheFirstWordNamesNone() {
        assertThat(Main.line(Map.of(), "--help").getSubcommands()).hasSizeGreaterThan(10);
        assertThat(Main.line(Map.of(), "completion", "bash").getSubcommands()).hasSizeGreaterThan(10);
    }
}
