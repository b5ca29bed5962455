package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.action.ActionFailure;

class SshCommandTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "ssh                          > Missing required parameter: 'NAME'",
                "ssh -- -oProxyCommand=x      > -oProxyCommand=x is not the name of a droplet",
                "ssh lamp01 FILE uptime       > unexpected argument \"uptime\"; write -- before a command",
                "ssh lamp9 FILE               > ssh: the inventory has no droplet lamp9; it has lamp01",
                "ssh lamp9 FILE -- ls -l      > ssh: the inventory has no droplet lamp9; it has lamp01",
                "ssh lamp9 -i FILE -- -l      > ssh: the inventory has no droplet lamp9; it has lamp01",
                "ssh lamp9 x.yml -i FILE      > two inventories are given, x.yml and --inventory",
                "ssh lamp9 x.yml -- FILE      > x.yml: cannot be read (there is no such file)",
            })
    void aWrongCommandLineRunsNothing(String line, String message) throws IOException {
        Path file = Files.writeString(
                folder.resolve("shop.yml"),
                "droplets: [{name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}]\n");
        StringWriter err = new StringWriter();
        String[] words = line.replace("FILE", file.toString()).split(" ");
        assertThat(Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), words))
                .isEqualTo(5);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void theExitCodeIsThatOfTheProgram() {
        assertThat(SshCommand.run(List.of("sh", "-c", "exit 42"))).isEqualTo(42);
        assertThatExceptionOfType(ActionFailure.class)
                .isThrownBy(() -> SshCommand.run(List.of("/no/such/ssh")))
                .withMessageStartingWith("/no/such/ssh cannot be run");
    }
}
