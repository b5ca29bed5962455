package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sessionctl.Fuzz;
import sessionctl.inventory.Glob;

/** Whatever stands in ssh's own files, a droplet is reached as they say or a remark tells what is not understood. */
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
    void sshConfigIsRead() {
        Fuzz.each(List.of(CONFIG), text -> {
            ConfigBlock block = ConfigBlock.parse(new ConfigBlock.Source("config", text), ConfigBlock.Includes.NONE);
            SshConfig config =
                    new SshConfig(List.of(block), new Surroundings("me", "/home/me", Map.of("WHERE", "x")::get));
            assertThat(config.about(new Destination(List.of("lamp01", "10.0.0.1"), null, null, "me")))
                    .isNotNull();
        });
    }

    @Test
    void knownHostsAreRead() {
        Fuzz.each(
                List.of(KNOWN),
                text -> assertThat(KnownHosts.parse(text)
                                .about(List.of("10.0.0.1", "a.example.org"))
                                .toString())
                        .isNotNull());
    }

    @Test
    void aLongPatternOfStarsTakesNoLonger() {
        String stars = "*a".repeat(20_000);
        assertThat(Glob.matchesAnyCase(stars, "a".repeat(200) + "b")).isFalse();
        assertThat(Glob.matchesAnyCase("*A?c*", "xxabcabc")).isTrue();
    }
}
