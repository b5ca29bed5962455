package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.command.Command;
import sessionctl.command.Scripts;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;

/** Runs the firewall's scripts in a folder that stands for a droplet with an old iptables or without systemd. */
class FirewallScriptsTest {
    private static final String RULES = "4 :SESSIONCTL - [0:0]\n4 -A SESSIONCTL -j DROP\n";
    private static final FilterTable EMPTY = FilterTable.parse("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n");
    private static final FilterTable CLOSED = FilterTable.parse("""
            *filter
            :INPUT ACCEPT [0:0]
            :SESSIONCTL - [0:0]
            -A INPUT -j SESSIONCTL
            -A SESSIONCTL -j DROP
            COMMIT
            """);
    private static final FirewallChange CHANGE = new FirewallChange(
            new FirewallState(EMPTY, null, ""),
            new FirewallState(CLOSED, null, RULES),
            List.of("4 ACCEPT", "6 ACCEPT"));

    /** Logs its arguments. Version 1.4.21 accepts -w only without a number. */
    private static final String OLD_IPTABLES = "echo \"iptables $*\" >>LOG; case \"$*\" in *'-w '*) exit 2 ;; esac";

    /** Version 1.4.21 does not know -w and takes its argument for a file name. */
    private static final String OLD_RESTORE =
            "cat >>LOG; case \"$*\" in *-w*) exit 1 ;; esac; echo \"restore $*\" >>LOG";

    private static final String NEW_IPTABLES = "echo \"iptables $*\" >>LOG";
    private static final String NEW_RESTORE = "cat >>LOG; echo \"restore $*\" >>LOG";

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void makeDroplet() throws IOException {
        for (String place : List.of("bin", "run", "var/lib", "etc/init.d", "etc/rcS.d")) {
            Files.createDirectories(folder.resolve(place));
        }
        Files.writeString(folder.resolve("log"), "");
        program("iptables", NEW_IPTABLES);
        program("iptables-restore", NEW_RESTORE);
        program("iptables-save", "printf '*filter\\n:INPUT ACCEPT [0:0]\\nCOMMIT\\n'");
        program("setsid", "exit 0");
        program("sleep", "exit 0");
        program("systemctl", "exit 0");
        program(
                "update-rc.d",
                "echo \"update-rc.d $*\" >>LOG; [ \"$2\" != start ] || ln -sf ../init.d/$1 ETC/rcS.d/S38$1");
    }

    private void program(String name, String script) throws IOException {
        Path program = folder.resolve("bin").resolve(name);
        String text = script.replace("LOG", folder.resolve("log").toString())
                .replace("ETC", folder.resolve("etc").toString());
        Files.writeString(program, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String here(String text) {
        return text.replaceAll("(?<![\\w/.])/(run|var/lib|etc)(?=[/\"' ;)\\n]|$)", folder + "/$1")
                .replace("PATH=/usr/sbin:", "PATH=" + folder + "/bin:/usr/sbin:");
    }

    private int run(Command command) throws IOException, InterruptedException {
        List<String> words = command.words().stream().map(this::here).toList();
        Path input = Files.writeString(folder.resolve("input"), command.input());
        Process process = new ProcessBuilder(words)
                .redirectInput(input.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String text(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private Path path(String name) {
        return folder.resolve(name);
    }

    private boolean exists(String name) {
        return Files.exists(path(name));
    }

    @Test
    void anIptablesWithoutTheWaitOptionIsCalledWithoutIt() throws Exception {
        program("iptables", OLD_IPTABLES);
        program("iptables-restore", OLD_RESTORE);
        assertThat(run(CHANGE.armCommand("one", 30))).as(text("err")).isZero();
        assertThat(text("log")).contains("restore --noflush --test\n", "restore --noflush\n", "-A SESSIONCTL -j DROP");
        Files.writeString(path("log"), "");
        assertThat(run(FirewallChange.revertCommand("one", false)))
                .as(text("err"))
                .isZero();
        assertThat(text("log")).contains("-X SESSIONCTL", "restore --noflush\n");
        assertThat(exists("run/sessionctl/firewall/run-one/reverted")).isTrue();
    }

    @Test
    void anIptablesWithTheWaitOptionIsCalledWithIt() throws Exception {
        assertThat(run(CHANGE.armCommand("one", 30))).as(text("err")).isZero();
        assertThat(text("log")).contains("restore --noflush --test -w 10\n", "restore --noflush -w 10\n");
        Files.writeString(path("log"), "");
        assertThat(run(FirewallChange.revertCommand("one", true)))
                .as(text("err"))
                .isZero();
        assertThat(text("log")).contains("restore --noflush -w 10\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theRulesAreLoadedByOldAndNewVersionsOfIptables(boolean old) throws Exception {
        program(
                "iptables",
                (old ? OLD_IPTABLES : NEW_IPTABLES) + "; echo '-P INPUT ACCEPT'; case \"$*\" in *-C*) exit 1 ;; esac");
        program("iptables-restore", old ? OLD_RESTORE : NEW_RESTORE);
        Files.createDirectories(path("etc/sessionctl"));
        Files.writeString(path("etc/sessionctl/firewall.rules"), RULES);
        assertThat(run(Command.script(Scripts.text("firewall/load.sh"))))
                .as(text("err"))
                .isZero();
        assertThat(text("log"))
                .contains("-I INPUT 1 -j SESSIONCTL", old ? "restore --noflush\n" : "restore --noflush -w 10\n");
    }

    @Test
    void withoutSystemdAnInitScriptLoadsTheRulesBeforeTheRunlevels() throws Exception {
        assertThat(run(CHANGE.keepCommand("one"))).as(text("err")).isZero();
        assertThat(text("log")).isEqualTo("update-rc.d sessionctl-firewall start 38 S .\n");
        assertThat(Files.isExecutable(path("etc/rcS.d/S38sessionctl-firewall"))).isTrue();
        assertThat(text("etc/init.d/sessionctl-firewall"))
                .contains("# Default-Start:     S\n", "# X-Start-Before:    memcached\n");
        Files.writeString(path("var/lib/sessionctl/firewall/load.sh"), "echo loaded >>" + path("log"));
        assertThat(run(Command.of("sh", path("etc/rcS.d/S38sessionctl-firewall").toString(), "start")))
                .isZero();
        assertThat(text("log")).endsWith("loaded\n");
        assertThat(run(CHANGE.keepCommand("two"))).as("again").isZero();
    }

    /**
     * One process keeps the rules loaded. The boot and every change replace it, also if the rules could not be loaded.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void withoutSystemdALoopRestoresTheRules(int exit) throws Exception {
        program("setsid", "echo \"setsid $*\" >>LOG");
        run(CHANGE.keepCommand("one"));
        String watch = "setsid sh " + path("var/lib/sessionctl/firewall/load.sh") + " watch\n";
        awaitLog(watch);
        Files.writeString(path("var/lib/sessionctl/firewall/load.sh"), "exit " + exit);
        Files.writeString(path("log"), "");
        run(Command.of("sh", path("etc/init.d/sessionctl-firewall").toString(), "start"));
        awaitLog(watch);
    }

    private void awaitLog(String end) throws IOException, InterruptedException {
        for (int i = 0; i < 200 && !text("log").endsWith(end); i++) {
            Thread.sleep(10);
        }
        assertThat(text("log")).endsWith(end);
    }

    /** Files of a run that lost its connection after it had confirmed, or that could not save its rules. */
    @Test
    void theNextRunRemovesTheFilesOfALostRun() throws Exception {
        for (Command command :
                List.of(CHANGE.keepCommand("two"), FirewallChange.settleCommand(), CHANGE.armCommand("two", 30))) {
            Path lost = Files.createDirectories(path("run/sessionctl/firewall/run-lost"));
            Files.writeString(lost.resolve("confirmed"), "");
            assertThat(run(command)).as(text("err")).isZero();
            assertThat(lost).as(command.words().toString()).doesNotExist();
        }
    }

    /**
     * The loop that restores the rules ignores a change for the time that the change may take, and until its rules are
     * saved.
     */
    @Test
    void aChangeRecordsTheTimeItMayTake() throws Exception {
        assertThat(run(CHANGE.armCommand("one", 300))).isZero();
        Path token = path("run/sessionctl/firewall/run-one/token");
        assertThat(token).hasContent("8");
        Files.setLastModifiedTime(token, FileTime.from(Instant.now().minusSeconds(250)));
        assertThat(run(CHANGE.confirmCommand("one"))).isZero();
        assertThat(Files.getLastModifiedTime(token.resolveSibling("confirmed")).toInstant())
                .isAfter(Instant.now().minusSeconds(60));
        assertThat(run(CHANGE.confirmCommand("two"))).isEqualTo(6);
        assertThat(path("run/sessionctl/firewall/run-two")).doesNotExist();
    }

    /** A failing init script may stop a boot, so the boot ignores the failure. A start by hand reports it. */
    @Test
    void aBootContinuesIfTheRulesCannotBeLoaded() throws Exception {
        run(CHANGE.keepCommand("one"));
        Files.writeString(path("var/lib/sessionctl/firewall/load.sh"), "echo tried >>" + path("log") + "; exit 1");
        String script = path("etc/init.d/sessionctl-firewall").toString();
        assertThat(run(Command.of("sh", script, "start"))).isZero();
        assertThat(text("log")).endsWith("tried\ntried\ntried\n");
        assertThat(text("err")).contains("sessionctl-firewall: the firewall chains could not be loaded");
        assertThat(run(Command.of("sh", script, "restart"))).isEqualTo(1);
    }

    @Test
    void rulesThatAreNotLoadedAtBootDoNotCountAsSaved() throws Exception {
        program("update-rc.d", "exit 0");
        assertThat(run(CHANGE.keepCommand("one"))).isEqualTo(1);
        assertThat(text("err")).contains("no link in /etc/rcS.d".replace("/etc", folder + "/etc"));
        assertThat(kept()).isEmpty();
        Files.createSymbolicLink(path("etc/rcS.d/S38sessionctl-firewall"), Path.of("../init.d/sessionctl-firewall"));
        assertThat(kept()).contains("-A SESSIONCTL -j DROP");
        Files.delete(path("etc/init.d/sessionctl-firewall"));
        assertThat(kept()).isEmpty();
    }

    private String kept() throws IOException, InterruptedException {
        program("gzip", "exec cat");
        run(Command.script(Scripts.text("firewall/facts.sh")));
        return text("out")
                .replaceAll("(?s).*\nkept \\d+\n", "")
                .replaceAll("(?s)\n(sshd|loader|script|unit) \\d+\n.*", "");
    }

    @Test
    void withSystemdAUnitIsInstalledAndNoInitScript() throws Exception {
        Files.createDirectories(path("run/systemd/system"));
        Files.createDirectories(path("etc/systemd/system"));
        assertThat(run(CHANGE.keepCommand("one"))).as(text("err")).isZero();
        assertThat(exists("etc/systemd/system/sessionctl-firewall.service")).isTrue();
        assertThat(exists("etc/init.d/sessionctl-firewall")).isFalse();
    }

    @Test
    void removingTheFirewallRemovesAllItsFiles() throws Exception {
        run(CHANGE.keepCommand("one"));
        FirewallChange removal = new FirewallChange(
                new FirewallState(CLOSED, null, RULES),
                new FirewallState(EMPTY, null, ""),
                List.of("4 ACCEPT", "6 ACCEPT"));
        assertThat(run(removal.keepCommand("two"))).as(text("err")).isZero();
        assertThat(text("log")).endsWith("update-rc.d -f sessionctl-firewall remove\n");
        for (String gone :
                List.of("etc/sessionctl", "etc/init.d/sessionctl-firewall", "etc/rcS.d/S38sessionctl-firewall")) {
            assertThat(Files.exists(path(gone), java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .as(gone)
                    .isFalse();
        }
    }
}
