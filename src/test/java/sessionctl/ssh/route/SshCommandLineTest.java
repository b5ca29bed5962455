package sessionctl.ssh.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.command.ShellQuote;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;

class SshCommandLineTest {
    private static final LocalEnvironment HOME = new LocalEnvironment("me", "/home/me", name -> null);

    private static SshConfig config(String text) {
        return new SshConfig(ConfigLine.parse("config", text, pattern -> List.of()), HOME);
    }

    private static List<String> line(String config, String keys, @Nullable Path knownHosts, String... command) {
        SshConfig read = config(config);
        Droplet droplet = Inventory.parse(
                        "",
                        "droplets: [{name: web01, public_ip: '2001:db8::7', private_ip: 10.0.0.7, ssh: {" + keys
                                + "}}]",
                        java.util.Map.of(),
                        read)
                .orElseThrow(p -> new AssertionError(p.toString()))
                .droplets()
                .get(0);
        return SshCommandLine.of(droplet, read, knownHosts, List.of(command));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            nullValues = "-",
            value = {
                "''                                 > -l root -p 22 2001:db8::7",
                "user: deploy, port: 2222           > -l deploy -p 2222 2001:db8::7",
                "address: private                   > -l root -p 22 10.0.0.7",
                "key: ~/.ssh/a b%c                  > -l root -p 22 -i '~/.ssh/a b%%c' -o 'IdentitiesOnly=yes' 2001:db8::7",
                "jump: 'a@b:23,c'                   > -l root -p 22 -J a@b:23,c 2001:db8::7",
            })
    void theInventoryDecides(String keys, String words) {
        assertThat(ShellQuote.join(line("", keys, null))).isEqualTo("ssh " + words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "User ann                       > -l ann -p 22 2001:db8::7",
                "Port 2200                      > -l root -p 2200 2001:db8::7",
                "IdentityFile /k/one            > -l root -p 22 -i /k/one 2001:db8::7",
                "ProxyJump bastion              > -l root -p 22 -J bastion 2001:db8::7",
                "HostKeyAlias shop              > -l root -p 22 -o 'HostKeyAlias=shop' 2001:db8::7",
                "UserKnownHostsFile /k/hosts    > -l root -p 22 -o 'UserKnownHostsFile=/k/hosts' 2001:db8::7",
            })
    void aHostLineForTheNameOfTheDropletCompletesTheInventory(String setting, String words) {
        assertThat(ShellQuote.join(line("Host web01\n" + setting + "\n", "", null)))
                .isEqualTo("ssh " + words);
    }

    @Test
    void theInventoryDisablesAJumpHostOfTheConfiguration() {
        assertThat(line("Host web01\nProxyJump bastion\n", "jump: none", null)).contains("-J", "none");
    }

    @Test
    void theFileOfKnownHostsIsTheOnlyOne() {
        assertThat(line("", "", Path.of("/a b/known%hosts")))
                .contains("UserKnownHostsFile=\"/a b/known%%hosts\"", "GlobalKnownHostsFile=/dev/null");
    }

    @Test
    void theWordsOfACommandAreNoOptions() {
        assertThat(line("", "", null, "-oProxyCommand=x", "a b"))
                .endsWith("2001:db8::7", "--", "-oProxyCommand=x", "a b");
    }
}
