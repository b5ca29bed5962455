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

    private static String refusal(String answer) {
        return INSTALL.refusal(PreflightProbe.offered(new CommandResult(0, answer, "")))
                .map(r -> r.what() + " | " + String.join(" ", r.remedy()))
                .orElse("");
    }

    @Test
    void anInstallationThatAptCannotDoIsRefusedWithTheCauseAndTheRemedy() {
        assertThat(refusal("apache2 yes\napache2 added\napache2 held\nlibc6 held\n"))
                .isEqualTo("apache2, libc6 are on hold there, so apt-get does not install apache2 | apt-mark unhold"
                        + " apache2 libc6");
        assertThat(refusal("apache2 yes\nlibc6 pinned /etc/apt/preferences.d/a-9:4-6\n- unsolved\n"))
                .isEqualTo("/etc/apt/preferences.d/a-9:4-6 forbids apt to install libc6 (a negative Pin-Priority) | sed"
                        + " -i 4,6s/^/#/ /etc/apt/preferences.d/a-9");
        assertThat(refusal("apache2 yes\n- unsolved a : Depends: b but it is not installable\n"))
                .isEqualTo(
                        "apt-get cannot install apache2 there (a : Depends: b but it is not installable) | apt-get -s"
                                + " -f install apache2");
        assertThat(refusal("apache2 no\n")).isEqualTo("none of its package sources offers apache2 | apt-get update");
    }

    /** A run fetches stale lists again before it installs, and that may be all that was missing. */
    @Test
    void staleListsAreNoReasonForARefusalButPinsAndHoldsAre() {
        assertThat(refusal("-stale lists\napache2 no\n")).isEmpty();
        assertThat(refusal("-stale lists\napache2 yes\n- unsolved\n")).isEmpty();
        assertThat(refusal("-stale lists\napache2 held\n")).contains("unhold");
        assertThat(refusal("-stale lists\nlibc6 pinned /etc/apt/preferences:1-3\n"))
                .contains("forbids");
    }

    @Test
    void theUserOfAptAndTheNeededSpaceAreRead() {
        Map<String, String> answer = PreflightProbe.offered(
                new CommandResult(0, "-busy /var/lib/dpkg/lock 4711 apt-get\n-needs 18721 79835\n-evil added\n", ""));
        assertThat(InstallPackages.busy(answer)).isEqualTo("process 4711 (apt-get) holds /var/lib/dpkg/lock");
        assertThat(InstallPackages.needed(answer)).containsExactly(18721, 79835);
        assertThat(InstallPackages.busy(Map.of())).isEmpty();
        for (String other : List.of("", "1", "a b", "1 -2", "1 99999999999999999999")) {
            assertThat(InstallPackages.needed(Map.of("-needs", other))).containsExactly(0, 0);
        }
    }
}
