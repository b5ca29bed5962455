package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.ScriptDroplet;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.facts.FirewallAnswer;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;

/** The files that load the firewall rules at boot: all of them are written or none, and a damaged file is detected. */
@Tag("slow")
class FirewallFilesTest {
    private static final FilterTable EMPTY = FilterTable.parse("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n");
    private static final String RULES = "4 :SESSIONCTL - [0:0]\n4 -A SESSIONCTL -j DROP\n";
    private static final List<String> FILES =
            List.of("/etc/sessionctl/firewall.rules", FirewallState.LOADER, FirewallState.UNIT);

    @TempDir
    private Path folder = Path.of("");

    private ScriptDroplet droplet = new ScriptDroplet(folder);

    @BeforeEach
    void makeDroplet() throws IOException {
        droplet = ScriptDroplet.in(folder)
                .withSystemd()
                .program("iptables-save", "printf '*filter\\n:INPUT ACCEPT [0:0]\\nCOMMIT\\n'")
                .program("ip6tables-save", "printf '*filter\\n:INPUT ACCEPT [0:0]\\nCOMMIT\\n'");
        Files.createDirectories(droplet.path("/etc/systemd/system/multi-user.target.wants"));
        Files.writeString(
                droplet.path("/etc/systemd/system/multi-user.target.wants/sessionctl-firewall.service"), "enabled");
    }

    private static FirewallChange change(String kept) {
        return new FirewallChange(
                new FirewallState(EMPTY, EMPTY, ""),
                new FirewallState(EMPTY, EMPTY, kept),
                List.of("4 ACCEPT", "6 ACCEPT"));
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (String file : FILES) {
            contents.put(file, Files.exists(droplet.path(file)) ? Files.readString(droplet.path(file)) : "");
        }
        return contents;
    }

    /** Cuts the input before, in, and after each of the files. */
    @Test
    void aTruncatedInputReplacesNoFile() throws IOException {
        assertThat(droplet.run(change(RULES).keepCommand("one")).exit()).isZero();
        Map<String, String> before = contents();
        assertThat(before.values()).noneMatch(String::isEmpty);
        Command next = change(RULES + "4 -A SESSIONCTL -i lo -j ACCEPT\n").keepCommand("two");
        List<Integer> lengths =
                next.words().subList(4, 7).stream().map(Integer::valueOf).toList();
        int first = lengths.get(0);
        int second = first + lengths.get(1);
        int third = second + lengths.get(2);
        for (int length : List.of(0, 1, first - 1, first, first + 1, second - 1, second, second + 1, third - 1)) {
            CommandResult cut = cut(next, length);
            assertThat(cut.exit()).as("%d of %d bytes", length, third).isEqualTo(11);
            assertThat(contents()).as("%d of %d bytes", length, third).isEqualTo(before);
            assertThat(droplet.modes("/").toString()).doesNotContain(".new");
        }
        assertThat(droplet.run(next).exit()).isZero();
        assertThat(contents()).isNotEqualTo(before);
    }

    private CommandResult cut(Command command, int length) {
        return droplet.run(command, command.input().substring(0, length));
    }

    @Test
    void withoutSystemdNoUnitIsInstalledAndTheFilesAreStillChecked() throws IOException {
        Files.delete(droplet.path("/run/systemd/system"));
        Files.createDirectories(droplet.path("/etc/init.d"));
        Path boot = Files.createDirectories(droplet.path("/etc/rcS.d"));
        droplet.program("update-rc.d", "ln -sf ../init.d/$1 " + boot + "/S38$1");
        Command keeping = change(RULES).keepCommand("one");
        assertThat(cut(keeping, keeping.input().length() - 1).exit()).isEqualTo(11);
        assertThat(contents().values()).allMatch(String::isEmpty);
        assertThat(droplet.run(keeping).exit()).isZero();
        assertThat(contents().get(FirewallState.UNIT)).isEmpty();
        assertThat(contents().get(FirewallState.LOADER)).isNotEmpty();
    }

    @Test
    void onlyRootCanReadTheFirewallFilesExceptTheUnit() throws IOException {
        assertThat(droplet.run(change(RULES).keepCommand("one")).exit()).isZero();
        assertThat(droplet.run(change(RULES).confirmCommand("one")).exit()).isEqualTo(6);
        assertThat(droplet.modes("/etc/sessionctl"))
                .allMatch(m -> m.substring(3).startsWith("------"));
        assertThat(droplet.modes("/var/lib/sessionctl"))
                .allMatch(m -> m.substring(3).startsWith("------"));
        assertThat(droplet.modes(FirewallState.UNIT)).allMatch(m -> m.startsWith("rw-r--r--"));
    }

    private FirewallState probed() throws InvalidAnswerException {
        return FirewallAnswer.parse(droplet.run(FirewallAnswer.command()));
    }

    private boolean hasDrift() throws InvalidAnswerException {
        return new FirewallChange(probed(), new FirewallState(EMPTY, EMPTY, RULES), List.of("4 ACCEPT", "6 ACCEPT"))
                .isNeeded();
    }

    @Test
    void everyMissingEmptyTruncatedOrChangedFileIsDrift() throws IOException, InvalidAnswerException {
        droplet.run(change(RULES).keepCommand("one"));
        assertThat(probed().bootRules()).isEqualTo(RULES);
        assertThat(hasDrift()).isFalse();
        for (String file : FILES) {
            String whole = Files.readString(droplet.path(file));
            for (String damaged : List.of("", whole.substring(0, whole.length() / 2), whole + "exit 0\n", "\n")) {
                Files.writeString(droplet.path(file), damaged);
                assertThat(hasDrift()).as("%s: %s", file, damaged).isTrue();
            }
            Files.delete(droplet.path(file));
            assertThat(hasDrift()).as(file + " is missing").isTrue();
            Files.writeString(droplet.path(file), whole);
        }
        assertThat(hasDrift()).isFalse();
    }

    /** Without systemd an init script calls the loader. */
    @Test
    void everyMissingEmptyTruncatedChangedOrNotExecutableInitScriptIsDrift()
            throws IOException, InvalidAnswerException {
        Files.delete(droplet.path("/run/systemd/system"));
        Files.createDirectories(droplet.path("/etc/init.d"));
        Path boot = Files.createDirectories(droplet.path("/etc/rcS.d"));
        droplet.program("update-rc.d", "ln -sf ../init.d/$1 " + boot + "/S38$1").program("setsid", "exit 0");
        droplet.run(change(RULES).keepCommand("one"));
        Path script = droplet.path(FirewallState.SCRIPT);
        String whole = Files.readString(script)
                .replace(droplet.folder().toString(), "")
                .replace("/bin:/usr/sbin:", "/usr/sbin:");
        Files.writeString(script, whole);
        assertThat(probed().loaders()).containsOnlyKeys(FirewallState.LOADER, FirewallState.SCRIPT);
        assertThat(hasDrift()).isFalse();
        for (String damaged : List.of("", "\n", whole.substring(0, whole.length() / 2), whole + "exit 0\n")) {
            Files.writeString(script, damaged);
            assertThat(hasDrift()).as(damaged).isTrue();
        }
        Files.writeString(script, whole);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(hasDrift()).as("not executable").isTrue();
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(hasDrift()).isFalse();
        Files.delete(script);
        assertThat(hasDrift()).as("missing").isTrue();
    }

    @Test
    void theDiffOfADamagedLoaderIsShown() {
        FirewallState damaged =
                new FirewallState(EMPTY, EMPTY, RULES, Map.of(FirewallState.LOADER, "", FirewallState.UNIT, ""));
        FirewallChange change =
                new FirewallChange(damaged, new FirewallState(EMPTY, EMPTY, RULES), List.of("4 ACCEPT", "6 ACCEPT"));
        assertThat(change.diffs()).hasSize(2);
        assertThat(change.diffs().toString()).contains("--- " + FirewallState.LOADER, "--- " + FirewallState.UNIT);
        FirewallState removed = new FirewallState(EMPTY, EMPTY, "");
        assertThat(new FirewallChange(removed, new FirewallState(EMPTY, EMPTY, RULES), List.of("4 ACCEPT", "6 ACCEPT"))
                        .diffs())
                .hasSize(1);
    }
}
