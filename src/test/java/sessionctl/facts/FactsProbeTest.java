package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Answer;
import sessionctl.Golden;
import sessionctl.Samples;
import sessionctl.command.CommandResult;
import sessionctl.state.DropletFacts;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.GuardState;
import sessionctl.state.Installation;
import sessionctl.state.ServiceState;

/** Each case is a folder {@code facts/<case>} with a droplet's answer and the facts read from it. */
class FactsProbeTest {
    static Stream<Path> cases() throws IOException {
        return Golden.cases("facts");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anAnswerIsReadAsTheExpectedFacts(Path folder) throws IOException {
        Golden.check(folder.resolve("expected.txt"), read(Answer.in(folder).result()));
    }

    private static String read(CommandResult result) {
        try {
            return described(FactsProbe.parse(result));
        } catch (InvalidAnswerException e) {
            return "unreadable: " + e.sentence() + "\n";
        }
    }

    private static String described(DropletFacts facts) {
        StringBuilder text = new StringBuilder();
        text.append(facts.platform()).append('\n');
        text.append(facts.state().php()).append('\n');
        text.append("addresses ").append(facts.addresses()).append('\n');
        text.append("packages ").append(facts.state().packages()).append('\n');
        text.append("broken ").append(facts.state().halfInstalled()).append('\n');
        text.append("memcached ").append(facts.memcachedFlags().flags()).append('\n');
        facts.state()
                .features()
                .forEach(f -> text.append("on ").append(f.words()).append('\n'));
        facts.state()
                .services()
                .forEach((name, service) -> text.append(name)
                        .append(service.running() ? " running" : " stopped")
                        .append(service.enabled() ? " enabled" : " disabled")
                        .append(service.settled() ? " settled" : " owes a reload")
                        .append('\n'));
        facts.state().files().forEach((path, file) -> {
            FileState.Present present = (FileState.Present) file;
            long lines = present.content().lines().count();
            text.append(path + " " + present.mode() + " " + present.owner() + " " + lines + " lines\n");
        });
        return text.toString();
    }

    @Test
    void theBytesOfAFileAreReadUnchanged() throws IOException, InvalidAnswerException {
        StringBuilder every = new StringBuilder("file 9 644 root:root /x\nend 0\n");
        for (char c = 0; c < 256; c++) {
            every.append(c);
        }
        Answer answer = Answer.named("debian-12-bare").with("file 644 root:root /etc/a b.ini", every.toString());
        FileState file = FactsProbe.parse(answer.result()).state().file("/etc/a b.ini");
        assertThat(file).isEqualTo(new FileState.Present(every.toString(), "644", "root:root"));
    }

    @Test
    void theOriginalsOfFilesAreKeptApartFromTheFiles() throws IOException, InvalidAnswerException {
        Answer answer = Answer.named("debian-12-bare")
                .with("file 640 root:adm /var/lib/sessionctl/original/etc/memcached.conf", "-m 64\n");
        assertThat(FactsProbe.parse(answer.result()).installation())
                .as("nothing was asked")
                .isNull();
        answer.with("guard-parts", "").with("state-parts", "/var/lib/sessionctl\nchain SESSIONCTL-GATE\n");
        DropletFacts facts = FactsProbe.parse(answer.result());
        assertThat(facts.installation())
                .isEqualTo(new Installation(
                        List.of(),
                        List.of("/var/lib/sessionctl", "chain SESSIONCTL-GATE"),
                        Map.of("/etc/memcached.conf", new FileState.Present("-m 64\n", "640", "root:adm"))));
        assertThat(facts.state().files().keySet()).noneMatch(path -> path.contains("original"));
    }

    /** No package brings the sentinel, so its unit decides. */
    @Test
    void theSentinelIsAServiceOnceItsUnitIsThere() throws IOException, InvalidAnswerException {
        Answer answer = Answer.named("debian-12-provisioned");
        answer.with("services", answer.text("services") + "\n" + Samples.SENTINEL);
        assertThat(FactsProbe.parse(answer.result()).state().services()).doesNotContainKey("sessionctl-sentinel");
        answer.with("file 644 root:root /etc/systemd/system/sessionctl-sentinel.service", "[Unit]\n");
        assertThat(FactsProbe.parse(answer.result()).state().service("sessionctl-sentinel"))
                .isEqualTo(ServiceState.goodState(List.of()));
    }

    /** The blocks of the sentinel are no blocks of leaving servers, and the guards' own connections pass all rules. */
    @Test
    void onlyTheChainOfTheLeavingServersNamesBlockedPeers() throws IOException, InvalidAnswerException {
        Answer answer = Answer.named("debian-12-provisioned").with("gate", """
            -N SESSIONCTL-AWAY
            -N SESSIONCTL-SILENT
            -A OUTPUT -j SESSIONCTL-AWAY
            -A OUTPUT -j SESSIONCTL-SILENT
            -A SESSIONCTL-AWAY -d 10.98.0.3/32 -p tcp -m tcp ! --sport 0:1023 --dport 11211 -j REJECT --reject-with tcp-reset
            -A SESSIONCTL-SILENT -d 10.98.0.2/32 -p tcp -m tcp ! --sport 0:1023 --dport 11211 -j REJECT --reject-with tcp-reset
            """);
        GuardState state = FactsProbe.parse(answer.result()).guardState();
        assertThat(state.blockedPeers()).containsExactly("10.98.0.3");
        assertThat(state.fenced()).isFalse();
    }

    @Test
    void theVersionsOfPackagesAreRead() throws IOException, InvalidAnswerException {
        DropletFacts facts =
                FactsProbe.parse(Answer.named("ubuntu-14.04-with-php5").result());
        assertThat(facts.versions())
                .containsEntry("php5-memcache", "3.0.8-4build1")
                .doesNotContainKey("libapache2-mod-perl2");
    }

    @Test
    void aModuleEnabledForTheCommandLineIsNotEnabledForTheWebServer() throws IOException, InvalidAnswerException {
        DropletFacts facts =
                FactsProbe.parse(Answer.named("ubuntu-22.04-fpm-behind-nginx").result());
        assertThat(facts.state().features()).extracting(Feature::words).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ii ,whole",
        "iU ,broken",
        "iF ,broken",
        "iH ,broken",
        "iW ,broken",
        "it ,broken",
        "iHR,broken",
        "iiR,broken",
        "rc ,gone",
        "un ,gone",
        "pn ,gone",
        "hi ,whole"
    })
    void everyStateOfDpkgIsInstalledBrokenOrAbsent(String state, String meaning) {
        InstalledPackages packages = InstalledPackages.parse(
                state.strip() + " ".repeat(3 - state.strip().length()) + " foo 1.0");
        assertThat(packages.installed().containsKey("foo")).isEqualTo(meaning.equals("whole"));
        assertThat(packages.halfInstalled().contains("foo")).isEqualTo(meaning.equals("broken"));
    }

    @Test
    void theOffersOfAptAreReadFromItsRecords() throws IOException, InvalidAnswerException {
        String records = """
            Package: libapache2-mod-php
            Version: 2:8.5+99ubuntu1
            Depends: libapache2-mod-php8.5
            Package: php-memcache
            Version: 8.2-5ubuntu1
            Depends: php8.5-memcache
            Package: memcached
            Version: 1.6.40-1ubuntu0.3
            Depends: libc6 (>= 2.42), php9.9-fpm
            Package
            Depends: nothing:
            """;
        DropletFacts facts = FactsProbe.parse(
                Answer.named("debian-12-bare").with("offers", records).result());
        assertThat(facts.offers())
                .containsEntry("libapache2-mod-php", "libapache2-mod-php8.5")
                .containsEntry("php-memcache", "php8.5-memcache")
                .containsEntry("memcached", "1.6.40-1ubuntu0.3")
                .hasSize(3);
        assertThat(FactsProbe.parse(Answer.named("debian-12-bare").result()).offers())
                .isEmpty();
    }

    @Test
    void anIptablesThatTheKernelDoesNotSupportIsNotReadAsAnEmptyTable() throws IOException, InvalidAnswerException {
        Answer legacy =
                Answer.named("debian-12-bare").with("iptables", "legacy").with("tables", "legacy");
        assertThat(FactsProbe.parse(legacy.result()).legacyTables()).isTrue();
        assertThat(FactsProbe.parse(legacy.with("tables", "no").result()).legacyTables())
                .isFalse();
        assertThat(FactsProbe.parse(legacy.result()).firewall()).isNull();
    }

    /** While systemd waits for the PID file of a memcached that serves already, the unit is activating. */
    @ParameterizedTest
    @CsvSource({
        "activating, start-post, 0, 812, true, true",
        "activating, start-post, 844, 812, false, true",
        "activating, start-post, 0, 0, false, true",
        "activating, start-pre, 811, 0, false, true",
        "activating, auto-restart, 0, 0, false, false",
        "active, running, 0, 812, true, false",
        "failed, failed, 0, 0, false, false"
    })
    void aStartThatOnlyWaitsForAPidFileIsRunningAndStarting(
            String active, String sub, String control, String main, boolean running, boolean starting)
            throws IOException, InvalidAnswerException {
        String unit = "Id=memcached.service\nActiveState=" + active + "\nSubState=" + sub
                + "\nUnitFileState=enabled\nControlPID=" + control + "\nMainPID=" + main + "\n";
        ServiceState memcached = FactsProbe.parse(Answer.named("debian-12-provisioned")
                        .with("services", unit)
                        .result())
                .state()
                .service("memcached");
        assertThat(memcached.running()).isEqualTo(running);
        assertThat(memcached.starting()).isEqualTo(starting);
    }

    @ParameterizedTest
    @ValueSource(strings = {"os", "init", "packages", "interrupted", "addresses", "services", "links", "owed"})
    void aMissingSectionIsRefused(String section) throws IOException {
        CommandResult result =
                Answer.named("debian-12-provisioned").without(section).result();
        assertThatThrownBy(() -> FactsProbe.parse(result))
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessageContaining("lacks the section " + section);
    }

    @Test
    void aTruncatedAnswerIsRefused() throws IOException {
        String raw = Answer.named("debian-12-fpm-behind-apache").raw();
        Random random = new Random(5);
        random.ints(200, 0, raw.length() - 1).forEach(length -> refused(Answer.packed(raw.substring(0, length))));
        refused(Answer.packed(""));
        refused(Answer.packed(raw.substring(0, raw.length() - "end 0\n\n".length())));
    }

    @Test
    void aTruncatedPackedAnswerIsRefused() throws IOException {
        String packed = Answer.named("debian-12-bare").result().stdout();
        for (int length = 0; length < packed.length(); length += 7) {
            refused(packed.substring(0, length));
        }
    }

    @Test
    void malformedAnswersAreRefused() throws IOException {
        String raw = Answer.named("debian-12-bare").raw();
        refused("sh: 1: gzip: not found\n");
        refused("Welcome!\n" + Answer.packed(raw));
        for (String head :
                new String[] {"x\n", "os\n", "os 99999999999\n", "os -1\n", "file 1 644 a:b\n", "os 3 4\n"}) {
            refused(Answer.packed(head + raw));
        }
        refused(Answer.packed("os 2\nabc\n" + raw));
    }

    private static void refused(String stdout) {
        assertThatThrownBy(() -> FactsProbe.parse(new CommandResult(0, stdout, "")))
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessageStartingWith("its answer");
    }

    @Test
    void aFailedProbeIsRefused() {
        assertThatThrownBy(() -> FactsProbe.parse(new CommandResult(127, "", "\nsh: 1: gzip: not found\n")))
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessage("the script that reads its facts exited 127 and printed \"sh: 1: gzip: not found\";"
                        + " fix the cause there, run again");
        assertThatThrownBy(() -> FactsProbe.parse(new CommandResult(124, "", "")))
                .hasMessageContaining("took too long; look at the droplet's load");
    }

    @Test
    void theProbeIsOneCommandWithoutArgumentsThatChangesNothing() {
        assertThat(FactsProbe.commandWithInstallation().words()).hasSize(4);
        String script = FactsProbe.commandWithInstallation().words().get(2);
        assertThat(script).startsWith(FactsProbe.command().words().get(2));
        assertThat(script.lines().filter(l -> !l.startsWith("#")).collect(Collectors.joining("\n")))
                .doesNotContain(" rm ", " mv ", "apt-get", "mkdir", "touch");
    }
}
