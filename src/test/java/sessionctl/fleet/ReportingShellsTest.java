package sessionctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.command.Command;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;

class ReportingShellsTest {
    private static final Command WAIT =
            Command.script("# Waits.\nsleep 1\n", "wait").withInput("secret");

    private final List<String> lines = new ArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void begin(Droplet droplet, String what) {}

        @Override
        public void end(Droplet droplet, String what) {}

        @Override
        public void command(Droplet droplet, String line) {
            lines.add(droplet.name() + ": " + line);
        }
    };
    private long nanos;

    private Shell open(FakeShells shells, Duration patience) throws SshFailure {
        return new ReportingShells(shells.watched(entry -> nanos += 1_500_000_000), progress, () -> nanos)
                .open(Samples.lamp01(), patience);
    }

    @Test
    void aCommandIsReportedWithItsResultAndItsDurationButNotWithItsInput() throws IOException, SshFailure {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare")).answering("lamp01: wait", 3, "no");
        assertThat(open(shells, Duration.ZERO).run(WAIT).exit()).isEqualTo(3);
        assertThat(lines)
                .containsExactly(
                        "lamp01: $ sh -c {Waits. 2 lines} sessionctl wait (6 bytes of input)",
                        "lamp01: exit 3 after 1.5 s");
    }

    @Test
    void aLostConnectionIsReportedAsTheResult() throws IOException, SshFailure {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare")).losing("lamp01: wait", "gone");
        Shell shell = open(shells, Duration.ZERO);
        assertThatExceptionOfType(SshFailure.class).isThrownBy(() -> shell.run(WAIT));
        assertThat(lines).last().isEqualTo("lamp01: connection lost after 1.5 s");
        shell.close();
        assertThat(shells.closed).containsExactly("lamp01");
    }
}
