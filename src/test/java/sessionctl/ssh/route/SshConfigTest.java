package sessionctl.ssh.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.SshFailure;

/** Parses texts as they occur in ~/.ssh/config; their meaning is defined in ssh_config(5). */
class SshConfigTest {
    private static final String TWO = """
            droplets:
              - {name: lamp01, public_ip: 192.0.2.1, private_ip: 10.1.1.1}
              - {name: lamp02, public_ip: 192.0.2.2, private_ip: 10.1.1.2, ssh: {user: root, port: 22, jump: none}}
            """;

    private static final HostSettings NONE = new HostSettings(
            null, null, null, null, null, List.of(), List.of(), false, List.of(), null, false, null, List.of());

    private static SshConfig config(String text) {
        List<ConfigLine> lines = ConfigLine.parse("config", text, pattern -> List.of());
        return new SshConfig(lines, new LocalEnvironment("me", "/home/me", Map.of("WHERE", "there")::get));
    }

    private static HostSettings settingsFor(String text, String... names) {
        return config(text).settingsOf(new Destination(List.of(names), null, null, "me"));
    }

    private static List<Droplet> droplets(String text, String inventory) {
        return Inventory.parse("f", inventory, Map.of(), config(text))
                .orElseThrow(problems -> new AssertionError(problems.toString()))
                .droplets();
    }

    @Nested
    class ConfigLines {
        @Test
        void theFirstValueThatAppliesToTheHostIsUsed() {
            HostSettings said = settingsFor("""
                    # mine
                    Host other
                      User wrong
                    host = lamp01
                    user=deploy
                      Port   2222
                    Host *
                      User late
                      Port 1
                      IdentitiesOnly yes
                    """, "lamp01");
            assertThat(said.user()).isEqualTo("deploy");
            assertThat(said.port()).isEqualTo(2222);
            assertThat(said.identitiesOnly()).isTrue();
            assertThat(said.remarks()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "lamp*, true",
            "lamp0?, true",
            "'web1 LAMP01', true",
            "'* !lamp01', false",
            "'!lamp02 lamp*', true",
            "!lamp02, false",
            "192.0.2.*, true",
            "'lamp01 !192.0.2.1', false",
            "l.mp01, false",
            "'\"lamp01\"', true",
        })
        void hostBlocksApplyToTheHostsThatTheirPatternsMatch(String patterns, boolean holds) {
            HostSettings said = settingsFor("Host " + patterns + "\n  User deploy\n", "lamp01", "192.0.2.1");
            assertThat("deploy".equals(said.user())).isEqualTo(holds);
        }

        @ParameterizedTest
        @CsvSource({
            "all, true",
            "host 192.0.2.1, true",
            "host lamp01, true",
            "'host lamp01,!192.0.2.1', false",
            "host lamp02, false",
            "originalhost lamp01, true",
            "'host \"192.0.2.*,!192.0.2.1\"', false",
            "'host 192.* user deploy', true",
            "'host 192.* user root', false",
            "'!host 192.*', false",
            "'!user root', true",
            "localuser me, true",
        })
        void matchBlocksApplyIfTheirCriteriaMatch(String criteria, boolean holds) {
            HostSettings said =
                    settingsFor("User deploy\nMatch " + criteria + "\n  Port 2222\n", "lamp01", "192.0.2.1");
            assertThat(Integer.valueOf(2222).equals(said.port())).isEqualTo(holds);
            assertThat(said.remarks()).isEmpty();
        }

        @Test
        void tokensInFileNamesAreReplaced() {
            HostSettings said = settingsFor("""
                    HostName %h.example.com
                    User deploy
                    IdentityFile ~/.ssh/id_%r@%n
                    IdentityFile "/my keys/${WHERE}/%h"
                    UserKnownHostsFile %d/one ~/two
                    IdentityAgent $WHERE
                    """, "lamp01");
            assertThat(said.hostName()).isEqualTo("lamp01.example.com");
            assertThat(said.identityFiles())
                    .containsExactly("/home/me/.ssh/id_deploy@lamp01", "/my keys/there/lamp01.example.com");
            assertThat(said.knownHosts()).containsExactly("/home/me/one", "/home/me/two");
            assertThat(said.agent()).isEqualTo("there");
        }

        @ParameterizedTest
        @CsvSource({"yes, STRICT", "ask, ASK", "accept-new, ACCEPT_NEW", "no, ACCEPT_NEW", "off, ACCEPT_NEW"})
        void strictHostKeyCheckingIsReadAsAPolicy(String word, HostKeyPolicy policy) {
            assertThat(settingsFor("StrictHostKeyChecking " + word, "lamp01").policy())
                    .isEqualTo(policy);
        }
    }

    @Nested
    class UnsupportedLines {
        @ParameterizedTest
        @CsvSource(
                delimiter = '>',
                value = {
                    "ProxyCommand nc %h %p        > ProxyCommand is not supported and ignored; name the jump"
                            + " hosts",
                    "BindAddress 192.0.2.9        > BindAddress is not supported and ignored; the system chooses",
                    "IdentityFile ~/%z            > IdentityFile has the token %z, which is not supported, and is ignored",
                    "IdentityFile ~/50%           > IdentityFile has the token %, which is not supported, and is ignored",
                    "CertificateFile ~/%j         > CertificateFile has the token %j, which is not supported, and is",
                    "UserKnownHostsFile ${NONE}/k > UserKnownHostsFile needs the environment variable NONE, which is not set,",
                    "HostName %r.example.com      > HostName has the token %r, which is not supported, and is ignored",
                    "Port ssh                     > Port is not supported and ignored; expected a number",
                    "StrictHostKeyChecking no     > StrictHostKeyChecking is taken as accept-new: a changed host key is refused",
                    "StrictHostKeyChecking OFF    > StrictHostKeyChecking is taken as accept-new: a changed host key is refused",
                    "ProxyJump a b                > ProxyJump is not supported and ignored; expected user@host:port",
                    "Match exec \"true\"          > Match exec is not supported, so its lines are ignored",
                    "Match host 1* canonical      > Match canonical is not supported, so its lines are ignored",
                })
        void anUnsupportedLineIsReportedWithItsFileAndLine(String line, String said) {
            assertThat(settingsFor("# one\n" + line + "\n  Port 22\n", "192.0.2.1")
                            .remarks())
                    .singleElement()
                    .asString()
                    .startsWith("config:2: " + said);
        }

        @ParameterizedTest
        @CsvSource({
            "ForwardAgent yes",
            "ServerAliveInterval 5",
            "ProxyCommand none",
            "StrictHostKeyChecking accept-new",
            "Match host other exec x",
            "Rubbish",
            "SendEnv LANG LC_*"
        })
        void anUnsupportedLineWithoutEffectIsNotReported(String line) {
            assertThat(settingsFor(line + "\n", "192.0.2.1").remarks()).isEmpty();
        }

        @Test
        void aProxyCommandAfterProxyJumpIsIgnored() {
            HostSettings said = settingsFor("ProxyJump bastion\nProxyCommand nc %h %p\n", "lamp01");
            assertThat(said.jump()).containsExactly(new JumpHost(null, "bastion", null));
            assertThat(said.remarks()).isEmpty();
            assertThat(settingsFor("ProxyCommand none\nProxyJump bastion\n", "lamp01")
                            .jump())
                    .isEmpty();
        }
    }

    @Nested
    class DropletSettings {
        private static final String CONFIG = """
                Host lamp01
                  Port 2222
                  ProxyJump ops@bastion:2022,inner
                Host 192.0.2.*
                  User deploy
                """;

        @Test
        void theInventoryPrecedesTheConfigAndTheConfigTheDefaults() {
            List<Droplet> droplets = droplets(CONFIG, TWO);
            List<JumpHost> jump = List.of(new JumpHost("ops", "bastion", 2022), new JumpHost(null, "inner", null));
            assertThat(droplets.get(0).ssh())
                    .isEqualTo(new SshAccess("deploy", 2222, null, null, null, SshAccess.Address.PUBLIC, jump));
            assertThat(droplets.get(1).ssh()).isEqualTo(SshAccess.defaults());
            assertThat(droplets("", TWO).get(0).ssh()).isEqualTo(SshAccess.defaults());
        }

        @Test
        void aDropletIsReachedAtItsPrivateAddressIfHostNameNamesIt() {
            assertThat(droplets("Host lamp01\n  HostName 10.1.1.1\n", TWO)
                            .get(0)
                            .ssh()
                            .address())
                    .isEqualTo(SshAccess.Address.PRIVATE);
        }

        @Test
        void aHostNameThatTheInventoryDoesNotListIsIgnoredWithAWarning() {
            String text = "Host lamp01\n  HostName 203.0.113.9\n";
            List<Droplet> droplets = droplets(text, TWO);
            assertThat(droplets.get(0).ssh()).isEqualTo(SshAccess.defaults());
            assertThat(config(text).warnings(droplets))
                    .singleElement()
                    .asString()
                    .startsWith("ssh's configuration sets HostName 203.0.113.9 for lamp01 (192.0.2.1), but"
                            + " sessionctl uses the inventory's address");
        }

        @Test
        void jumpHostsOfJumpHostsAreFollowed() throws Exception {
            String text = """
                    Host outer
                      HostName 203.0.113.1
                      User gate
                    Host inner
                      HostName 203.0.113.2
                      Port 2022
                      ProxyJump outer
                    """;
            Droplet droplet = droplets(text, TWO.replaceFirst("10.1.1.1}", "10.1.1.1, ssh: {jump: root@inner}}"))
                    .get(0);
            assertThat(RouteResolver.targetOf(droplet, config(text)).path())
                    .isEqualTo("gate@203.0.113.1 root@[203.0.113.2]:2022 root@192.0.2.1");
        }

        @Test
        void aJumpHostNeverJumpsThroughItselfOrInACircle() throws Exception {
            String all = "Host *\n  ProxyJump lamp01\nHost lamp01\n  HostName 192.0.2.1\n";
            assertThat(RouteResolver.targetOf(droplets(all, TWO).get(0), config(all))
                            .path())
                    .isEqualTo("root@192.0.2.1");

            String circle = "Host 192.0.2.1 b\n  ProxyJump a\nHost a\n  ProxyJump b\n";
            Droplet droplet = droplets(circle, TWO).get(0);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> RouteResolver.targetOf(droplet, config(circle)))
                    .isInstanceOf(SshFailure.class)
                    .hasMessageStartingWith("lamp01 (192.0.2.1): its jump hosts form a loop");
        }
    }

    @Nested
    class ConfigFiles {
        @TempDir
        Path home;

        @Test
        void includedFilesAreReadAtTheirPlace() throws Exception {
            Files.createDirectories(home.resolve(".ssh/conf.d"));
            Files.writeString(home.resolve(".ssh/config"), """
                    Host lamp*
                      Include conf.d/*.conf ~/none
                      User late
                    """);
            Files.writeString(home.resolve(".ssh/conf.d/1.conf"), "Port 2222\nHost lamp02\n  User two\n");
            Files.writeString(home.resolve(".ssh/conf.d/2.conf"), "Port 3333\n  BindAddress x\nInclude 2.conf\n");
            SshConfig config = SshConfigFiles.read(List.of(home.resolve(".ssh/config")), home, name -> null);

            assertThat(config.settingsOf(new JumpHost(null, "lamp01", null)).user())
                    .isEqualTo("late");
            assertThat(config.settingsOf(new JumpHost(null, "lamp02", null)).user())
                    .isEqualTo("two");
            assertThat(config.settingsOf(new JumpHost(null, "lamp02", null)).port())
                    .isEqualTo(2222);
            assertThat(config.settingsOf(new JumpHost(null, "lamp01", null)).remarks())
                    .singleElement()
                    .asString()
                    .startsWith("~/.ssh/conf.d/2.conf:2: BindAddress");
            assertThat(config.settingsOf(new JumpHost(null, "web", null))).isEqualTo(NONE);
        }

        @Test
        void aMissingConfigFileGivesNoSettings() {
            SshConfig config = SshConfigFiles.read(List.of(home.resolve("none")), home, name -> null);
            assertThat(config.settingsOf(new JumpHost(null, "lamp01", null))).isEqualTo(NONE);
        }
    }
}
