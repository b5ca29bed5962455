package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.ScriptDroplet;
import sessionctl.command.Command;
import sessionctl.command.Scripts;

/** The rollback of a change of the rules, while the sentinel changes its blocks at any time. */
@Timeout(60)
class FirewallRevertTest {
    private static final String INPUT = """
        *filter
        :INPUT ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :SESSIONCTL-AWAY - [0:0]
        """;
    private static final String CHAIN = ":SESSIONCTL-SILENT - [0:0]\n";
    private static final String AWAY = "[0:0] -A OUTPUT -j SESSIONCTL-AWAY\n";
    private static final String JUMP = "[0:0] -A OUTPUT -j SESSIONCTL-SILENT\n";
    private static final String FOREIGN = "[0:0] -A INPUT -s 192.0.2.1/32 -j DROP\n";
    private static final String COMMIT = "COMMIT\n";

    @TempDir
    private Path folder = Path.of("");

    private ScriptDroplet droplet = new ScriptDroplet(folder);

    @BeforeEach
    void makeDroplet() throws IOException {
        droplet = ScriptDroplet.in(folder).withSystemd();
        String here = droplet.folder().toString();
        droplet.program("iptables-save", "cat " + here + "/table");
        droplet.program(
                "iptables-restore",
                "case \"$*\" in *--test*) exit 0 ;; *-c*) cat >" + here + "/restored ;; *) cat >>" + here
                        + "/log ;; esac");
        droplet.program("iptables", """
            [ "$1" != -w ] || shift 2
            case $1 in
                -V) ;;
                -S) grep -q "^:$2 " @/table && echo "-N $2" && sed -n "s/^\\[0:0] -A $2 /-A $2 /p" @/table ;;
                *) exit 1 ;;
            esac\
            """.replace("@", here));
    }

    private static String block(int peer) {
        return "[0:0] -A SESSIONCTL-SILENT -d 10.98.0." + peer + "/32 -j REJECT\n";
    }

    private void table(String... lines) throws IOException {
        Files.writeString(droplet.folder().resolve("table"), String.join("", lines));
    }

    /** Begins a change that does nothing, and rolls it back after the table has become another one. */
    private void rollBackAfter(String before, String... now) throws IOException {
        table(before);
        assertThat(droplet.run(Command.script(Scripts.locking("firewall/apply.sh"), "one", "30", "3", "5", "0", "0")
                                .withInput("do\nundo\n"))
                        .exit())
                .isZero();
        table(now);
        assertThat(droplet.run(Command.of("sh", "/run/sessionctl/firewall/run-one/revert"))
                        .exit())
                .isZero();
        assertThat(Files.readString(droplet.folder().resolve("log"))).isEqualTo("do\nundo\n");
    }

    private String restored() throws IOException {
        return Files.readString(droplet.folder().resolve("restored"));
    }

    @Test
    void aBlockThatCameOrWentSinceThenIsNoReasonToRestoreTheTable() throws IOException {
        rollBackAfter(INPUT + AWAY + COMMIT, INPUT, CHAIN, AWAY, JUMP, block(2), COMMIT);
        assertThat(droplet.folder().resolve("restored")).doesNotExist();
    }

    @Test
    void aRestoredTableHasThePresentBlocks() throws IOException {
        rollBackAfter(
                INPUT + CHAIN + AWAY + JUMP + block(2) + COMMIT, INPUT, CHAIN, FOREIGN, AWAY, JUMP, block(3), COMMIT);
        assertThat(restored()).isEqualTo(INPUT + CHAIN + AWAY + JUMP + "\n" + block(3) + COMMIT);
    }

    @Test
    void aRestoredTableKeepsAChainThatIsNewer() throws IOException {
        rollBackAfter(INPUT + AWAY + COMMIT, INPUT, CHAIN, FOREIGN, AWAY, JUMP, block(3), COMMIT);
        assertThat(restored())
                .isEqualTo(
                        INPUT + AWAY + "\n" + CHAIN + block(3) + "[0:0] -I OUTPUT 2 -j SESSIONCTL-SILENT\n" + COMMIT);
    }

    @Test
    void aBlockOfAChainThatIsGoneDoesNotReturn() throws IOException {
        rollBackAfter(INPUT + CHAIN + AWAY + JUMP + block(2) + COMMIT, INPUT, FOREIGN, AWAY, COMMIT);
        assertThat(restored()).isEqualTo(INPUT + CHAIN + AWAY + JUMP + "\n" + COMMIT);
    }
}
