package sessionctl.ssh;

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

/** Texts as people have them in ~/.ssh/config; what they mean is in ssh_config(5). */
class SshConfigTest {
    private static final String TWO = """
            droplets:
              - {name: lamp01, public_ip: 192.0.2.1, private_ip: 10.1.1.1}
              - {name: lamp02, public_ip: 192.0.2.2, private_ip: 10.1.1.2, ssh: {user: root, port: 22, jump: none}}
            """;

    private static SshConfig config(String text) {
        ConfigBlock block = ConfigBlock.parse(new ConfigBlock.Source("config", text), ConfigBlock.Includes.NONE);
        return new SshConfig(List.of(block), new Surroundings("me", "/home/me", Map.of("WHERE", "there")::get));
    }

    private static HostSettings about(String text, String... names) {
        return config(text).about(new Destination(List.of(names), null, null, "me"));
    }

    private static List<Droplet> droplets(String text, String inventory) {
        return Inventory.parse("f", inventory, Map.of(), config(text))
                .orElseThrow(problems -> new AssertionError(problems.toString()))
                .droplets();
    }

    @Nested
    class Lines {
        @Test
        void giveTheFirstValueThatHoldsForTheHost() {
            HostSettings said = about("""
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
        void holdForTheHostsThatTheirPatternsName(String patterns, boolean holds) {
            HostSettings said = about("Host " + patterns + "\n  User deploy\n", "lamp01", "192.0.2.1");
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
        void holdForWhatMatches(String criteria, boolean holds) {
            HostSettings said = about("User deploy\nMatch " + criteria + "\n  Port 2222\n", "lamp01", "192.0.2.1");
            assertThat(Integer.valueOf(2222).equals(said.port())).isEqualTo(holds);
            assertThat(said.remarks()).isEmpty();
        }

        @Test
        void nameFilesWithTheirTokens() {
            HostSettings said = about("""
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
        void sayWhatToDoAboutUnknownHostKeys(String word, HostKeyPolicy policy) {
            assertThat(about("StrictHostKeyChecking " + word, "lamp01").policy())
                    .isEqualTo(policy);
        }
    }

    @Nested
    class WhatIsNotUnderstood {
        @ParameterizedTest
        @CsvSource(
                delimiter = '>',
                value = {
                    "ProxyCommand nc %h %p        > ProxyCommand is not understood and left out; name the hosts on the way",
                    "BindAddress 192.0.2.9        > BindAddress is not understood and left out; the system chooses",
                    "IdentityFile ~/%z            > IdentityFile has the token %z, which is not understood here, and is left",
                    "IdentityFile ~/50%           > IdentityFile has the token %, which is not understood here, and is left",
                    "CertificateFile ~/%j         > CertificateFile has the token %j, which is not understood here, and is",
                    "UserKnownHostsFile ${NONE}/k > UserKnownHostsFile needs the environment variable NONE, which is not set,",
                    "HostName %r.example.com      > HostName has the token %r, which is not understood here, and is left out",
                    "Port ssh                     > Port is not understood and left out; expected a number",
                    "ProxyJump a b                > ProxyJump is not understood and left out; expected user@host:port",
                    "Match exec \"true\"          > Match exec is not understood, its lines are left out",
                    "Match host 1* canonical      > Match canonical is not understood, its lines are left out",
                })
        void isSaidWithItsPlace(String line, String said) {
            assertThat(about("# one\n" + line + "\n  Port 22\n", "192.0.2.1").remarks())
                    .singleElement()
                    .asString()
                    .startsWith("config:2: " + said);
        }

        @ParameterizedTest
        @CsvSource({
            "ForwardAgent yes",
            "ServerAliveInterval 5",
            "ProxyCommand none",
            "Match host other exec x",
            "Rubbish",
            "SendEnv LANG LC_*"
        })
        void isNotSaidWhereItDoesNotMatter(String line) {
            assertThat(about(line + "\n", "192.0.2.1").remarks()).isEmpty();
        }

        @Test
        void isForgottenBehindAProxyThatIsUnderstood() {
            HostSettings said = about("ProxyJump bastion\nProxyCommand nc %h %p\n", "lamp01");
            assertThat(said.jump()).containsExactly(new JumpHost(null, "bastion", null));
            assertThat(said.remarks()).isEmpty();
            assertThat(about("ProxyCommand none\nProxyJump bastion\n", "lamp01").jump())
                    .isEmpty();
        }
    }

    @Nested
    class Droplets {
        private static final String CONFIG = """
                Host lamp01
                  Port 2222
                  ProxyJump ops@bastion:2022,inner
                Host 192.0.2.*
                  User deploy
                """;

        @Test
        void areReachedAsTheInventorySaysThenAsConfiguredThenAsUsual() {
            List<Droplet> droplets = droplets(CONFIG, TWO);
            List<JumpHost> jump = List.of(new JumpHost("ops", "bastion", 2022), new JumpHost(null, "inner", null));
            assertThat(droplets.get(0).ssh())
                    .isEqualTo(new SshAccess("deploy", 2222, null, null, null, SshAccess.Address.PUBLIC, jump));
            assertThat(droplets.get(1).ssh()).isEqualTo(SshAccess.usual());
            assertThat(droplets("", TWO).get(0).ssh()).isEqualTo(SshAccess.usual());
        }

        @Test
        void areReachedAtTheirPrivateAddressIfThatIsTheHostName() {
            assertThat(droplets("Host lamp01\n  HostName 10.1.1.1\n", TWO)
                            .get(0)
                            .ssh()
                            .address())
                    .isEqualTo(SshAccess.Address.PRIVATE);
        }

        @Test
        void areNeverReachedAtAnAddressThatTheInventoryDoesNotKnow() {
            String text = "Host lamp01\n  HostName 203.0.113.9\n";
            List<Droplet> droplets = droplets(text, TWO);
            assertThat(droplets.get(0).ssh()).isEqualTo(SshAccess.usual());
            assertThat(config(text).remarks(droplets))
                    .singleElement()
                    .asString()
                    .startsWith("ssh's configuration says HostName 203.0.113.9 for lamp01 (192.0.2.1), but the"
                            + " inventory's address is what counts");
        }

        @Test
        void areReachedThroughJumpHostsOfJumpHosts() throws Exception {
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
            assertThat(Target.to(droplet, config(text)).path())
                    .isEqualTo("gate@203.0.113.1 root@[203.0.113.2]:2022 root@192.0.2.1");
        }

        @Test
        void areNotReachedThroughThemselvesNorInACircle() throws Exception {
            String all = "Host *\n  ProxyJump lamp01\nHost lamp01\n  HostName 192.0.2.1\n";
            assertThat(Target.to(droplets(all, TWO).get(0), config(all)).path()).isEqualTo("root@192.0.2.1");

            String circle = "Host 192.0.2.1 b\n  ProxyJump a\nHost a\n  ProxyJump b\n";
            Droplet droplet = droplets(circle, TWO).get(0);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> Target.to(droplet, config(circle)))
                    .isInstanceOf(SshFailure.class)
                    .hasMessageStartingWith("lamp01 (192.0.2.1): its jump hosts lead in a circle");
        }
    }

    @Nested
    class ReadFiles {
        @TempDir
        Path home;

        @Test
        void includeOthersWhereTheyStand() throws Exception {
            Files.createDirectories(home.resolve(".ssh/conf.d"));
            Files.writeString(home.resolve(".ssh/config"), """
                    Host lamp*
                      Include conf.d/*.conf ~/none
                      User late
                    """);
            Files.writeString(home.resolve(".ssh/conf.d/1.conf"), "Port 2222\nHost lamp02\n  User two\n");
            Files.writeString(home.resolve(".ssh/conf.d/2.conf"), "Port 3333\n  BindAddress x\nInclude 2.conf\n");
            SshConfig config = SshConfigFiles.read(List.of(home.resolve(".ssh/config")), home, name -> null);

            assertThat(config.about(new JumpHost(null, "lamp01", null)).user()).isEqualTo("late");
            assertThat(config.about(new JumpHost(null, "lamp02", null)).user()).isEqualTo("two");
            assertThat(config.about(new JumpHost(null, "lamp02", null)).port()).isEqualTo(2222);
            assertThat(config.about(new JumpHost(null, "lamp01", null)).remarks())
                    .singleElement()
                    .asString()
                    .startsWith("~/.ssh/conf.d/2.conf:2: BindAddress");
            assertThat(config.about(new JumpHost(null, "web", null))).isEqualTo(HostSettings.SILENT);
        }

        @Test
        void sayNothingWhereTheyAreNot() {
            SshConfig config = SshConfigFiles.read(List.of(home.resolve("none")), home, name -> null);
            assertThat(config.about(new JumpHost(null, "lamp01", null))).isEqualTo(HostSettings.SILENT);
        }
    }
}
