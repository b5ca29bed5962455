package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sessionctl.Fuzz;
import sessionctl.inventory.Glob;
import sessionctl.ssh.hostkey.KnownHosts;
import sessionctl.ssh.route.ConfigLine;
import sessionctl.ssh.route.Destination;
import sessionctl.ssh.route.LocalEnvironment;
import sessionctl.ssh.route.SshConfig;

/** Mutated ssh_config and known_hosts texts are read without an exception. */
class ConfigFuzzTest {
    private static final String CONFIG = """
            # mine
            Host lamp* !lamp03 "b c"
              User deploy
              Port 2222
              IdentityFile ~/.ssh/%h_${WHERE}
              ProxyJump admin@[2001:db8::1]:22,bastion
            Match host 10.0.0.1,*.example.org user=root
              HostName %h.internal
              UserKnownHostsFile /a /b
            Match all
              StrictHostKeyChecking no
            """;
    private static final String KNOWN = """
            @cert-authority *.example.org,!x ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 a
            |1|c2FsdHNhbHRzYWx0c2FsdHNh|aGFzaGhhc2hoYXNoaGFzaGhh ssh-rsa AAAAB3NzaC1yc2E=
            [10.0.0.1]:2222 ssh-ed25519 AAAA
            """;

    @Test
    void anyMutatedSshConfigIsReadWithoutACrash() {
        Fuzz.each(List.of(CONFIG), text -> {
            List<ConfigLine> lines = ConfigLine.parse("config", text, pattern -> List.of());
            SshConfig config = new SshConfig(lines, new LocalEnvironment("me", "/home/me", Map.of("WHERE", "x")::get));
            assertThat(config.settingsOf(new Destination(List.of("lamp01", "10.0.0.1"), null, null, "me")))
                    .isNotNull();
        });
    }

    @Test
    void anyMutatedKnownHostsIsReadWithoutACrash() {
        Fuzz.each(
                List.of(KNOWN),
                text -> assertThat(KnownHosts.parse(Path.of("known_hosts"), text)
                                .linesOf(List.of("10.0.0.1", "a.example.org"))
                                .toString())
                        .isNotNull());
    }

    @Test
    void aPatternOfManyStarsIsMatchedQuickly() {
        String stars = "*a".repeat(20_000);
        assertThat(Glob.matchesAnyCase(stars, "a".repeat(200) + "b")).isFalse();
        assertThat(Glob.matchesAnyCase("*A?c*", "xxabcabc")).isTrue();
    }
}
