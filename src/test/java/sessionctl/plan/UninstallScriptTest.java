package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.ScriptDroplet;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.facts.InstallationAnswer;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.state.Installation;

/** The scripts that find and remove the parts of sessionctl. */
@Timeout(60)
class UninstallScriptTest {
    private static final String UNIT = "/etc/systemd/system/memcached.service.d/sessionctl.conf";
    private static final String SENTINEL = "/etc/systemd/system/sessionctl-sentinel.service";
    private static final String GUARD = "/usr/local/lib/sessionctl/guard";
    private static final Uninstall SAFE = new Uninstall(Uninstall.Part.GUARD, List.of());
    private static final Uninstall LOSSY = new Uninstall(Uninstall.Part.GUARD_OF_ANY, List.of());
    private static final Uninstall STATE = new Uninstall(Uninstall.Part.STATE, List.of());

    /** iptables with a file for each chain; the last word of a file of a built-in chain is the chain it jumps to. */
    private static final String IPTABLES = """
        cd @ && echo "iptables $*" >>../log
        [ "$1" != -w ] || shift 2
        case $1 in
            -S) if [ $# = 1 ]; then for c in SESSIONCTL*; do [ ! -e "$c" ] || echo "-N $c"; done; exit 0; fi
                [ -e "$2" ] && cat "$2" ;;
            -F) [ -e "$2" ] && : >"$2" ;;
            -X) [ -e "$2" ] && [ ! -s "$2" ] && rm "$2" ;;
            -D) grep -qx "$4" "$2" && sed -i "0,/^$4$/{/^$4$/d}" "$2" ;;
        esac
        """;

    @TempDir
    private Path folder = Path.of("");

    private ScriptDroplet droplet = new ScriptDroplet(folder);

    @BeforeEach
    void makeProvisionedDroplet() throws IOException {
        droplet = ScriptDroplet.in(folder).withSystemd();
        Path tables = Files.createDirectories(droplet.folder().resolve("tables"));
        droplet.program("iptables", IPTABLES.replace("@", tables.toString()));
        droplet.program(
                "systemctl",
                "echo \"systemctl $* $([ -e " + droplet.path(UNIT) + " ] || echo without the unit)\" >>"
                        + droplet.folder().resolve("log"));
        droplet.program(
                "update-rc.d", "echo \"update-rc.d $*\" >>" + droplet.folder().resolve("log"));
        chain("INPUT", "SESSIONCTL-GATE\n");
        chain("SESSIONCTL-GATE", "");
        chain("OUTPUT", "SESSIONCTL-SILENT\n");
        chain("SESSIONCTL-SILENT", "-A SESSIONCTL-SILENT -d 10.98.0.2/32 -j REJECT\n");
        for (String file : List.of(
                UNIT,
                SENTINEL,
                GUARD,
                "/run/sessionctl/guard/state",
                "/run/sessionctl/lease",
                "/var/lib/sessionctl/original/etc/memcached.conf",
                "/etc/sessionctl/firewall.rules",
                "/etc/systemd/system/sessionctl-firewall.service",
                "/var/log/sessionctl.log",
                "/etc/memcached.conf")) {
            write(file, "# Written by sessionctl.\n");
        }
    }

    private void write(String path, String text) throws IOException {
        Files.createDirectories(droplet.path(path).getParent());
        Files.writeString(droplet.path(path), text);
    }

    private void chain(String name, String rules) throws IOException {
        Files.writeString(droplet.folder().resolve("tables").resolve(name), rules);
    }

    private boolean exists(String path) {
        return Files.exists(droplet.path(path));
    }

    private CommandResult run(Uninstall step) {
        return droplet.run(step.command());
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(droplet.folder().resolve("log"));
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.walk(droplet.folder())) {
            return files.map(file -> "/" + droplet.folder().relativize(file))
                    .filter(path -> path.contains("essionctl") || path.contains("SESSIONCTL"))
                    .sorted()
                    .toList();
        }
    }

    private Installation found() throws InvalidAnswerException {
        return InstallationAnswer.parse(droplet.run(InstallationAnswer.command()));
    }

    @Test
    void bothStepsLeaveNothingButTheLogAndTheLeaseOfTheRun() throws IOException {
        assertThat(run(SAFE).exit()).isZero();
        assertThat(run(STATE).exit()).isZero();
        assertThat(left())
                .containsExactly(
                        "/run/sessionctl", "/run/sessionctl.lock", "/run/sessionctl/lease", "/var/log/sessionctl.log");
        assertThat(exists("/etc/memcached.conf")).isTrue();
        assertThat(droplet.folder().resolve("tables/INPUT")).isEmptyFile();
        assertThat(droplet.folder().resolve("tables/OUTPUT")).isEmptyFile();
    }

    @Test
    void memcachedRunsOnAndSystemdReadsItsUnitsAgainWithoutThePartOfTheGuard() throws IOException {
        assertThat(run(SAFE).exit()).isZero();
        assertThat(log())
                .filteredOn(line -> line.startsWith("systemctl"))
                .containsExactly(
                        "systemctl disable -q --now sessionctl-sentinel.service ",
                        "systemctl daemon-reload without the unit");
        assertThat(exists(GUARD)).isFalse();
        assertThat(droplet.path(UNIT).getParent()).doesNotExist();
    }

    /** A sentinel that still runs would need the program, and restore the blocks. */
    @Test
    void nothingElseIsRemovedWhileTheSentinelRuns() throws IOException {
        droplet.program("systemctl", "exit 1");
        assertThat(run(SAFE).exit()).isEqualTo(1);
        assertThat(exists(SENTINEL)).isTrue();
        assertThat(exists(UNIT)).isTrue();
        assertThat(exists(GUARD)).isTrue();
    }

    @Test
    void aFolderOfOtherUnitFilesStays() throws IOException {
        write("/etc/systemd/system/memcached.service.d/limits.conf", "[Service]\n");
        assertThat(run(SAFE).exit()).isZero();
        assertThat(exists("/etc/systemd/system/memcached.service.d/limits.conf"))
                .isTrue();
    }

    @Test
    void aClosedPortIsNotOpenedUnlessSessionsMayBeLost() throws IOException {
        chain("SESSIONCTL-GATE", "-N SESSIONCTL-GATE\n-A SESSIONCTL-GATE -j REJECT\n");
        assertThat(run(SAFE).exit()).isEqualTo(16);
        assertThat(exists(UNIT)).isTrue();
        assertThat(exists(GUARD)).isTrue();
        assertThat(run(LOSSY).exit()).isZero();
        assertThat(droplet.folder().resolve("tables/SESSIONCTL-GATE")).isEmptyFile();
    }

    @Test
    void nothingIsRemovedDuringADrillOrAChangeOfTheRules() throws IOException {
        for (String busy : List.of("/run/sessionctl/drill-1/token", "/run/sessionctl/firewall/run-1/token")) {
            write(busy, "");
            assertThat(run(SAFE).exit()).isEqualTo(12);
            assertThat(run(STATE).exit()).isEqualTo(12);
            Files.delete(droplet.path(busy));
        }
        assertThat(exists(GUARD)).isTrue();
        assertThat(exists("/var/lib/sessionctl")).isTrue();
    }

    @Test
    void aStepThatIsRepeatedSucceeds() throws IOException {
        for (Uninstall step : List.of(SAFE, SAFE, STATE, STATE, SAFE)) {
            assertThat(run(step).exit()).isZero();
        }
    }

    /** The run before was killed after it had removed the unit, so systemd may still call the guard. */
    @Test
    void theGuardIsRemovedAfterSystemdHasForgottenIt() throws IOException {
        Files.delete(droplet.path(UNIT));
        droplet.program("systemctl", "exit 1");
        assertThat(run(SAFE).exit()).isEqualTo(1);
        assertThat(exists(GUARD)).isTrue();
        droplet.program("systemctl", "exit 0");
        assertThat(run(SAFE).exit()).isZero();
        assertThat(exists(GUARD)).isFalse();
    }

    @Test
    void withoutSystemdTheInitScriptsAndTheirLinksGo() throws IOException {
        Files.delete(droplet.path("/run/systemd/system"));
        for (String file : List.of(
                "/etc/init.d/sessionctl-firewall", "/etc/rcS.d/S38sessionctl-firewall", "/etc/rcS.d/S01other")) {
            write(file, "");
        }
        assertThat(run(SAFE).exit()).isZero();
        assertThat(run(STATE).exit()).isZero();
        assertThat(log())
                .contains("update-rc.d -f sessionctl-firewall remove")
                .noneMatch(l -> l.startsWith("systemctl"));
        assertThat(left()).noneMatch(path -> path.contains("firewall"));
        assertThat(exists("/etc/rcS.d/S01other")).isTrue();
    }

    @Test
    void aDropletWithoutIptablesIsUninstalledToo() throws IOException {
        droplet.program("iptables", "exit 127");
        assertThat(run(SAFE).exit()).isZero();
        assertThat(run(STATE).exit()).isZero();
    }

    @Test
    void theProbePagesAreRemovedBeforeTheirList() throws IOException {
        write("/var/lib/sessionctl/probe/page.pl", "");
        droplet.program(
                "perl", "echo \"perl ${1##*/} $2\" >>" + droplet.folder().resolve("log"));
        assertThat(run(STATE).exit()).isZero();
        assertThat(log()).contains("perl page.pl boot");
        assertThat(exists("/var/lib/sessionctl")).isFalse();
    }

    @Test
    void theProbeListsThePartsThatAreThere() throws IOException, InvalidAnswerException {
        Installation before = found();
        assertThat(before.guard())
                .containsExactly(
                        here(SENTINEL), here(UNIT), here("/usr/local/lib/sessionctl"), here("/run/sessionctl/guard"));
        assertThat(before.state())
                .containsExactly(
                        here("/etc/sessionctl"),
                        here("/var/lib/sessionctl"),
                        here("/etc/systemd/system/sessionctl-firewall.service"),
                        "chain SESSIONCTL-GATE",
                        "chain SESSIONCTL-SILENT");
        run(SAFE);
        assertThat(found().guard()).isEmpty();
        run(STATE);
        assertThat(found().state()).isEmpty();
    }

    /** The lease is the last part of the run on the droplet. */
    @Test
    void theEndOfTheRunRemovesItsLeaseAndTheLocks() throws IOException {
        Files.delete(droplet.path("/run/sessionctl/lease"));
        assertThat(lease("take").exit()).isZero();
        run(SAFE);
        run(STATE);
        assertThat(lease("release", "done", "2").exit()).isZero();
        assertThat(left()).containsExactly("/var/log/sessionctl.log");
        assertThat(Files.readString(droplet.path("/var/log/sessionctl.log"))).endsWith("\tuninstall\t1\tdone\t2\n");
    }

    @Test
    void theLocksStayWhileAPartOfSessionctlIsLeft() throws IOException {
        Files.delete(droplet.path("/run/sessionctl/lease"));
        lease("take");
        run(SAFE);
        assertThat(lease("release", "failed", "1").exit()).isZero();
        assertThat(left()).contains("/run/sessionctl/lease.lock", "/run/sessionctl.lock", "/var/lib/sessionctl");
    }

    private CommandResult lease(String step, String... more) {
        List<String> words = new ArrayList<>(List.of(step, "id-a", "alice@laptop", "root", "uninstall", "1"));
        words.addAll(List.of(more));
        return droplet.run(Command.script(Scripts.locking("apply/lock.sh")).withArguments(words));
    }

    private String here(String path) {
        return droplet.path(path).toString();
    }
}
