package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.ScriptDroplet;
import sessionctl.command.Scripts;

/** Runs the loop that restores sessionctl's firewall rules, with files in place of the tables. */
@Tag("slow")
@Timeout(60)
class FirewallWatchTest {
    private static final String PEER = "-A SESSIONCTL -s 10.98.0.2/32 -i eth1 -p tcp -m tcp --dport 11211 -j ACCEPT\n";
    private static final String CLOSED = "-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP\n";
    private static final String FULL = "-A SESSIONCTL-FULL -p tcp -m tcp --dport 22 -j ACCEPT\n";
    private static final String BUILT_IN = "-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n";
    private static final String EMPTY = "-P INPUT ACCEPT\n" + BUILT_IN;
    private static final String GATE = "-A INPUT -j SESSIONCTL-GATE\n";
    private static final String JUMP = "-A INPUT -j SESSIONCTL\n";
    private static final String LAST = "-A INPUT -j SESSIONCTL-FULL\n";
    private static final String FOREIGN = "-A INPUT -p icmp -j ACCEPT\n";
    private static final String CHAINS = "-N SESSIONCTL\n-N SESSIONCTL-FULL\n";
    private static final String OURS = PEER + CLOSED + FULL;
    private static final String RIGHT4 =
            "-P INPUT DROP\n" + BUILT_IN + CHAINS + "-N SESSIONCTL-GATE\n" + GATE + JUMP + FOREIGN + LAST + OURS;
    private static final String RIGHT6 = EMPTY + "-N SESSIONCTL\n" + JUMP + CLOSED;
    private static final String KEPT = "4 :SESSIONCTL - [0:0]\n4 :SESSIONCTL-FULL - [0:0]\n"
            + OURS.replaceAll("(?m)^", "4 ").replaceAll("4 $", "")
            + "4 :INPUT DROP [0:0]\n6 :SESSIONCTL - [0:0]\n6 " + CLOSED;

    @TempDir
    private Path folder = Path.of("");

    private ScriptDroplet droplet = new ScriptDroplet(folder);
    private Path runs = folder;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void makeDroplet() throws IOException {
        droplet = ScriptDroplet.in(folder).withSystemd();
        runs = Files.createDirectories(droplet.path("/run/sessionctl/firewall"));
        for (String family : List.of("", "6")) {
            String table = droplet.folder() + "/table" + family;
            droplet.program(
                    "ip" + family + "tables",
                    "case $* in *'-S INPUT') exec grep ' INPUT' " + table + " ;; *-S) exec cat " + table
                            + " ;; *-C*) exec grep -qx -e '-A INPUT -j SESSIONCTL' " + table + " ;; esac");
            droplet.program(
                    "ip" + family + "tables-restore",
                    "case $* in *--test*) exit 0 ;; esac; cat >/dev/null; echo loaded >>" + droplet.folder()
                            + "/loads; cp " + table + ".loaded " + table);
        }
        droplet.program(
                "sleep", "echo >>" + droplet.folder() + "/rounds; exec perl -e 'select undef, undef, undef, 0.02'");
        Files.createDirectories(droplet.path("/etc/sessionctl"));
        Files.writeString(droplet.path("/etc/sessionctl/firewall.rules"), KEPT);
        Files.createDirectories(droplet.path("/var/lib/sessionctl/firewall"));
        Files.writeString(script(), droplet.here(Scripts.text("firewall/load.sh")));
        Files.writeString(table("", ".loaded"), RIGHT4);
        Files.writeString(table("6", ".loaded"), RIGHT6);
        Files.writeString(table("", ""), RIGHT4);
        Files.writeString(table("6", ""), RIGHT6);
        Files.writeString(droplet.folder().resolve("loads"), "");
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        Files.deleteIfExists(droplet.path("/etc/sessionctl/firewall.rules"));
        for (Process process : started) {
            assertThat(process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS))
                    .as("it ends when the rules' file goes")
                    .isTrue();
        }
    }

    private Path script() {
        return droplet.path("/var/lib/sessionctl/firewall/load.sh");
    }

    private Path table(String family, String more) {
        return droplet.folder().resolve("table" + family + more);
    }

    private Process watch() throws IOException {
        Process process = new ProcessBuilder("sh", script().toString(), "watch")
                .redirectError(droplet.folder().resolve("said").toFile())
                .start();
        started.add(process);
        return process;
    }

    private int rounds() throws IOException {
        Path rounds = droplet.folder().resolve("rounds");
        return Files.exists(rounds) ? Files.readAllLines(rounds).size() : 0;
    }

    private void pass(int count) throws IOException, InterruptedException {
        int until = rounds() + count;
        while (rounds() < until) {
            Thread.sleep(10);
        }
    }

    private int loads() throws IOException {
        return Files.readAllLines(droplet.folder().resolve("loads")).size() / 2;
    }

    private void awaitLoads(int count) throws IOException, InterruptedException {
        for (int i = 0; i < 500 && loads() < count; i++) {
            Thread.sleep(10);
        }
        assertThat(loads()).isEqualTo(count);
    }

    private Path left(String run, String file, Duration age) throws IOException {
        Path folder = Files.createDirectories(runs.resolve("run-" + run));
        Path left = Files.writeString(folder.resolve(file), file.equals("confirmed") ? "" : "4\n");
        return Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(age)));
    }

    @Test
    void unchangedTablesAreComparedOnlyOnce() throws IOException, InterruptedException {
        Path comparisons = droplet.folder().resolve("comparisons");
        droplet.program("awk", "echo >>" + comparisons + "; exec /usr/bin/awk \"$@\"");
        watch();

        pass(20);

        assertThat(Files.readAllLines(comparisons)).as("two for each table").hasSize(4);
        Files.writeString(table("", ""), EMPTY);
        awaitLoads(1);
    }

    private static String damaged(String table, String damage) {
        return switch (damage) {
            case "no table" -> EMPTY;
            case "no jump" -> table.replace(JUMP, "");
            case "flushed" -> table.replace(PEER, "").replace(CLOSED, "");
            case "older" -> table.replace("10.98.0.2", "10.98.0.9");
            case "shorter" -> table.replace(PEER, "");
            case "opened" -> table.replace(PEER, "-A SESSIONCTL -j ACCEPT\n" + PEER);
            case "other order" -> table.replace(PEER + CLOSED, CLOSED + PEER);
            case "behind" -> table.replace(JUMP + FOREIGN, "-A INPUT -j ACCEPT\n" + JUMP);
            case "no last jump" -> table.replace(LAST, "");
            case "last chain older" -> table.replace("--dport 22 ", "--dport 2222 ");
            case "policy" -> table.replace("-P INPUT DROP", "-P INPUT ACCEPT");
            default -> throw new IllegalArgumentException(damage);
        };
    }

    /** States of the table after a reload of another packet filter. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "no table",
                "no jump",
                "flushed",
                "older",
                "shorter",
                "opened",
                "other order",
                "behind",
                "no last jump",
                "last chain older",
                "policy"
            })
    void aTableThatDiffersFromTheSavedRulesIsRestoredOnce(String damage) throws Exception {
        watch();
        pass(3);
        assertThat(loads()).isZero();
        String damaged = damaged(RIGHT4, damage);
        assertThat(damaged).isNotEqualTo(RIGHT4);
        Files.writeString(table("", ""), damaged);
        awaitLoads(1);
        assertThat(table("", "")).hasContent(RIGHT4);
        pass(5);
        assertThat(loads()).isEqualTo(1);
    }

    /**
     * Only rules of other programs that may accept connections to the memcached port are unacceptable before
     * sessionctl's rules.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-p tcp -j ACCEPT | true",
                "-p tcp -m tcp --dport 11211 -j ACCEPT | true",
                "-p tcp -m multiport --dports 22,11000:12000 -j ACCEPT | true",
                "-p tcp -m tcp ! --dport 22 -j ACCEPT | true",
                "-i eth1 -j ACCEPT | true",
                "-m state --state RELATED,ESTABLISHED -j ACCEPT | true",
                "-j f2b-all | true",
                "-j SESSIONCTL-FULL | true",
                "-s 192.0.2.1/32 -j DROP | false",
                "-p tcp -m tcp --dport 11211 -j REJECT --reject-with tcp-reset | false",
                "-j LOG --log-prefix x | false",
                "-p tcp -m tcp --dport 9 -j ACCEPT | false",
                "-p tcp -m multiport --dports 22,80:443,12000 -j f2b-sshd | false",
                "-p icmp -m icmp --icmp-type 8 -j ACCEPT | false"
            })
    void anEarlierRuleThatMayAcceptMemcachedConnectionsTriggersARestore(String rule, boolean restored)
            throws Exception {
        for (String place : List.of(GATE, JUMP)) {
            Files.writeString(table("", ""), RIGHT4.replace(place, "-A INPUT " + rule + "\n" + place));
            int before = loads();
            Process process = watch();
            if (restored) {
                awaitLoads(before + 1);
            } else {
                pass(5);
                assertThat(loads()).isEqualTo(before);
            }
            process.destroy();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no table", "no jump", "flushed"})
    void anIpv6TableThatDiffersFromTheSavedRulesIsRestoredOnce(String damage) throws Exception {
        watch();
        Files.writeString(table("6", ""), damaged(RIGHT6, damage));
        awaitLoads(1);
        pass(5);
        assertThat(loads()).isEqualTo(1);
    }

    /** Rules of other programs, the fence's rules and iptables' order of chains do not matter. */
    @Test
    void aTableWithTheSavedRulesInForceIsNotRestored() throws Exception {
        watch();
        for (String table : List.of(
                RIGHT4.replace(FOREIGN, FOREIGN + "-A INPUT -j f2b-sshd\n") + "-A f2b-sshd -j RETURN\n",
                RIGHT4.replace(GATE, ""),
                RIGHT4 + "-A SESSIONCTL-GATE -p tcp -j REJECT --reject-with tcp-reset\n",
                "# Warning: iptables-legacy tables present\n" + RIGHT4.replace(OURS, FULL + PEER + CLOSED),
                RIGHT4 + "-A INPUT -j LOG\n-A OUTPUT -j ACCEPT\n")) {
            Files.writeString(table("", ""), table);
            pass(4);
            assertThat(loads()).as(table).isZero();
        }
    }

    /** A later iptables may print rules in another form than that of the file. */
    @Test
    void rulesThatIptablesPrintsInAnotherFormAreLoadedOnlyOnce() throws Exception {
        String other = RIGHT4.replace("-p tcp -m tcp", "-p 6 -m tcp");
        Files.writeString(table("", ""), other);
        Files.writeString(table("", ".loaded"), other);
        watch();
        awaitLoads(1);
        pass(5);
        assertThat(loads()).isEqualTo(1);
        Files.writeString(table("", ""), damaged(other, "older"));
        awaitLoads(2);
        pass(5);
        assertThat(loads()).isEqualTo(2);
    }

    /** Ages in minutes. The change may take one minute, so its files count for four. */
    @ParameterizedTest
    @CsvSource({
        "token,3,false",
        "reverting,3,false",
        "confirmed,1,false",
        "token,5,true",
        "reverting,5,true",
        "confirmed,3,true"
    })
    void filesOfALostChangeSuspendTheLoopForTheTimeOfTheChange(String file, int minutes, boolean restored)
            throws Exception {
        left("lost", file, Duration.ofMinutes(minutes));
        Files.writeString(table("", ""), EMPTY);
        watch();
        if (restored) {
            awaitLoads(1);
        } else {
            pass(8);
            assertThat(loads()).isZero();
        }
    }

    /** Rules that a run confirmed and could not save stay correct until another program replaces them. */
    @Test
    void confirmedRulesAreNotReverted() throws Exception {
        Path confirmed = left("lost", "confirmed", Duration.ZERO);
        watch();
        Files.writeString(table("", ""), RIGHT4.replace("10.98.0.2", "10.98.0.3"));
        pass(4);
        Files.setLastModifiedTime(confirmed, FileTime.from(Instant.now().minus(Duration.ofMinutes(3))));
        pass(4);
        assertThat(loads()).isZero();
        Files.writeString(table("", ""), EMPTY);
        awaitLoads(1);
    }

    @Test
    void aNewLoopEndsTheOldOne() throws Exception {
        Process first = watch();
        pass(2);
        Process second = watch();
        assertThat(first.waitFor(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        assertThat(second.isAlive()).isTrue();
        Files.writeString(table("", ""), EMPTY);
        awaitLoads(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(runs.resolve("watch"))))
                .isEqualTo("rw-------");
    }

    /** Without systemd the loop loads the rules itself and writes to the system log. */
    @Test
    void withoutSystemdTheLoopLoadsTheRulesItself() throws Exception {
        Files.delete(droplet.path("/run/systemd/system"));
        droplet.program("systemctl", "exit 1");
        droplet.program("logger", "echo \"$*\" >>" + droplet.folder() + "/log");
        Files.writeString(table("", ""), EMPTY);
        watch();
        awaitLoads(1);
        assertThat(droplet.folder().resolve("log")).content().contains("another program has replaced the filter table");
        pass(3);
        assertThat(loads()).isEqualTo(1);
    }
}
