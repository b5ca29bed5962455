package sessionctl.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.ScriptDroplet;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.plan.Configure;
import sessionctl.plan.FileChange;
import sessionctl.plan.FirewallChange;
import sessionctl.plan.Risk;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.state.FileState;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;

/** A connection that breaks while the input is sent: wherever the input is truncated, the droplet changes nothing. */
@Tag("slow")
@Timeout(300)
class TruncatedInputTest {
    private static final FilterTable NONE = FilterTable.parse("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n");
    private static final FilterTable OURS = FilterTable.parse("""
            *filter
            :INPUT ACCEPT [0:0]
            :SESSIONCTL - [0:0]
            -A INPUT -j SESSIONCTL
            -A SESSIONCTL -j DROP
            COMMIT
            """);

    @TempDir
    private Path folder = Path.of("");

    private ScriptDroplet droplet() throws IOException {
        ScriptDroplet droplet = ScriptDroplet.in(folder);
        for (String program : List.of("iptables-restore", "ip6tables-restore", "systemctl", "service", "setsid")) {
            droplet.program(program, "echo \"" + program + " $*\" >>" + droplet.path("/log"));
        }
        return droplet.program("iptables", "exit 0")
                .program("iptables-save", "printf '*filter\\n:INPUT ACCEPT [0:0]\\nCOMMIT\\n'")
                .program("ip6tables-save", "printf '*filter\\n:INPUT ACCEPT [0:0]\\nCOMMIT\\n'");
    }

    private static FileChange change(String path, FileState old, String fresh) {
        return new FileChange(path, old, new FileState.Present(fresh, "640", "root:root"));
    }

    private static FileState.Present old(ScriptDroplet droplet, String path, String text) throws IOException {
        Files.writeString(droplet.path(path), text);
        return new FileState.Present(text, "644", "root:root");
    }

    @Test
    void aTruncatedInputOfFilesChangesNothing() throws IOException {
        ScriptDroplet droplet = droplet();
        Configure configure = new Configure(
                Stage.MEMCACHED,
                "nothing",
                List.of(
                        change("/etc/one.conf", old(droplet, "/etc/one.conf", "old one\n"), "new one\n"),
                        change("/etc/two.conf", new FileState.Absent(), "new\n"),
                        change("/etc/three.conf", old(droplet, "/etc/three.conf", "old three\n"), "new three\r\nx")),
                List.of(),
                ServiceAction.NONE,
                false,
                List.of(),
                Risk.NONE);
        Command command = configure.command();
        List<String> before = droplet.modes("/etc");
        for (int length = 0; length < command.input().length(); length++) {
            CommandResult result = droplet.run(command, command.input().substring(0, length));
            assertThat(result.exit())
                    .as("%d bytes: %s", length, result.stderr())
                    .isEqualTo(11);
            assertThat(droplet.modes("/etc")).as("%d bytes", length).isEqualTo(before);
            assertThat(droplet.path("/etc/one.conf")).hasContent("old one\n");
            assertThat(droplet.path("/etc/three.conf")).hasContent("old three\n");
            assertThat(droplet.path("/var/lib/sessionctl/owed")).doesNotExist();
        }
        assertThat(droplet.run(command).exit()).isZero();
        assertThat(droplet.path("/etc/three.conf")).hasContent("new three\r\nx");
    }

    @Test
    void aTruncatedInputOfFirewallRulesChangesNothing() throws IOException {
        ScriptDroplet droplet = droplet();
        Command command = new FirewallChange(
                        new FirewallState(NONE, NONE, ""),
                        new FirewallState(OURS, OURS, "4 :SESSIONCTL - [0:0]\n"),
                        List.of("4 ACCEPT", "6 ACCEPT"))
                .armCommand("one", 30);
        for (int length = 0; length < command.input().length(); length++) {
            CommandResult result = droplet.run(command, command.input().substring(0, length));
            assertThat(result.exit())
                    .as("%d bytes: %s", length, result.stderr())
                    .isEqualTo(11);
            assertThat(droplet.path("/run/sessionctl/firewall")).isEmptyDirectory();
            assertThat(Files.exists(droplet.path("/log")) ? Files.readString(droplet.path("/log")) : "")
                    .as("%d bytes", length)
                    .doesNotContain("restore --noflush\n", "restore --noflush -w 10\n", "setsid");
        }
        assertThat(droplet.run(command).exit()).isZero();
        assertThat(droplet.path("/log")).content().contains("iptables-restore --noflush -w 10\n");
    }
}
