package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sessionctl.command.CommandResult;
import sessionctl.facts.PreflightProbe;

class InstallPackagesTest {
    private static final InstallPackages INSTALL = new InstallPackages(Set.of("apache2"), Set.of());

    private static InstallPackages simulated(String answer) {
        return INSTALL.simulated(PreflightProbe.offered(new CommandResult(0, answer, "")));
    }

    @Test
    void packagesThatAptAddsAndUpgradesAreListed() {
        InstallPackages install =
                simulated("apache2 yes\napache2 added\napache2-bin added\nlibc6 upgraded\nlibc6:i386 added\n");
        assertThat(install.summary())
                .containsExactly(List.of("needs 2 more: apache2-bin libc6:i386", "upgrades 1: libc6"));
        assertThat(install.refusal(Map.of("apache2", "yes"))).isEmpty();
        assertThat(install.command()).isEqualTo(INSTALL.command());
        assertThat(install.exactly()).isEqualTo(INSTALL.exactly());
    }

    @Test
    void whatASourceOffersIsKeptBesideWhatAptAdds() {
        assertThat(PreflightProbe.offered(
                        new CommandResult(0, "a yes\na added\nb no\nb added\nc added\nc removed\n", "")))
                .isEqualTo(Map.of("a", "yes", "b", "no", "c", "removed"));
    }

    @Test
    void aLongListHasLinesThatFitOnATerminal() {
        String many = IntStream.range(0, 40)
                .mapToObj(i -> "package-" + i + " added\n")
                .collect(Collectors.joining());
        assertThat(simulated(many).summary().get(0)).hasSizeGreaterThan(3).allMatch(line -> line.length() <= 76);
    }

    @Test
    void wordsThatAreNoNamesOfPackagesAreIgnored() {
        assertThat(simulated("\u001b[2J added\n-x added\nUPPER added\n../etc added\n")
                        .summary())
                .isEmpty();
        assertThat(simulated("p added\n".repeat(5000)).needed()).containsExactly("p");
    }
}
