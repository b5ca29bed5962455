package sessionctl.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InventoryTest {
    private static final String THREE = """
            droplets:
              - {name: lamp01, public_ip: 1.1.1.1, private_ip: 10.1.1.1}
              - {name: lamp02, public_ip: 2.2.2.2, private_ip: 10.2.2.2}
              - {name: lamp03, public_ip: 3.3.3.3, private_ip: 10.3.3.3}
            """;

    private static Cluster cluster(String text) {
        return Inventory.parse("inventory.yml", text).orElseThrow(problems -> new AssertionError(problems.toString()));
    }

    @Nested
    class MinimalInventory {
        private final Cluster cluster = cluster(THREE);

        @Test
        void dropletsKeepTheirOrder() {
            assertThat(cluster.droplets())
                    .extracting(
                            Droplet::toString, droplet -> droplet.privateIp().text())
                    .containsExactly(
                            tuple("lamp01 (1.1.1.1)", "10.1.1.1"),
                            tuple("lamp02 (2.2.2.2)", "10.2.2.2"),
                            tuple("lamp03 (3.3.3.3)", "10.3.3.3"));
        }

        @Test
        void valuesThatAreNotGivenAreTheDefaults() {
            assertThat(cluster.name()).isEqualTo("cluster");
            assertThat(cluster.memcached())
                    .isEqualTo(new Memcached(
                            11211,
                            Configured.ofDefault(64),
                            Configured.ofDefault("1m"),
                            Configured.ofDefault(1024),
                            Configured.ofDefault(4)));
            assertThat(cluster.sessions()).isEqualTo(Sessions.defaults());
            assertThat(cluster.sapi()).isEqualTo(Sapi.AUTO);
            assertThat(cluster.firewall()).isEqualTo(new Firewall(Firewall.Mode.POOL, List.of(80, 443)));
            assertThat(cluster.droplets()).allSatisfy(droplet -> {
                assertThat(droplet.ssh()).isEqualTo(new SshAccess("root", 22, null, null, null));
                assertThat(droplet.privateInterface()).isNull();
                assertThat(droplet.leaving()).isFalse();
            });
        }

        @Test
        void anInventoryMayHaveOneDroplet() {
            assertThat(cluster("droplets: [{name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1}]")
                            .droplets())
                    .hasSize(1);
        }
    }

    @Nested
    class Sections {
        @Test
        void aGivenValueIsRememberedAsGivenEvenIfItIsTheDefault() {
            Cluster cluster = cluster(
                    "memcached: {memory: 64, max_item_size: 2M}\nsessions: {lifetime: 7200, server_timeout: 0.70}\n"
                            + THREE);
            assertThat(cluster.memcached().memory()).isEqualTo(Configured.of(64));
            assertThat(cluster.memcached().maxItemSize()).isEqualTo(Configured.of("2m"));
            assertThat(cluster.memcached().threads()).isEqualTo(Configured.ofDefault(4));
            assertThat(cluster.sessions())
                    .isEqualTo(new Sessions(
                            Configured.of(7200),
                            Configured.ofDefault(15),
                            Configured.of(new Seconds(700)),
                            Sessions.ALL));
        }

        @Test
        void aSectionMayBeEmptyExceptForComments() {
            assertThat(cluster("ssh:\n  # port: 22\nmemcached:\nphp: ~\n" + THREE))
                    .isEqualTo(cluster(THREE));
        }

        @Test
        void everySectionIsRead() {
            Cluster cluster = cluster("""
                    cluster: 1.10
                    php: {sapi: fpm}
                    firewall: {mode: full, allow: []}
                    memcached: {port: 11311, memory: 2048, max_item_size: 1024m, connections: 4096, threads: 8}
                    """ + THREE);
            assertThat(cluster.name()).isEqualTo("1.10");
            assertThat(cluster.sapi()).isEqualTo(Sapi.FPM);
            assertThat(cluster.firewall()).isEqualTo(new Firewall(Firewall.Mode.FULL, List.of()));
            assertThat(cluster.memcached())
                    .isEqualTo(new Memcached(
                            11311, Configured.of(2048), Configured.of("1024m"), Configured.of(4096), Configured.of(8)));
        }
    }

    @Nested
    class Ssh {
        @Test
        void sshOfADropletReplacesOnlyTheKeysThatItNames() {
            Cluster cluster = cluster("""
                    ssh: {user: deploy, port: 2222, key: ~/.ssh/all, passphrase_env: ALL}
                    droplets:
                      - {name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1, ssh: {port: 22, key: keys/one}}
                      - {name: b, public_ip: 1.1.1.2, private_ip: 10.1.1.2,
                         host_key: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU}
                    """);
            assertThat(cluster.droplets())
                    .extracting(Droplet::ssh)
                    .containsExactly(
                            new SshAccess("deploy", 22, "keys/one", "ALL", null),
                            new SshAccess(
                                    "deploy",
                                    2222,
                                    "~/.ssh/all",
                                    "ALL",
                                    "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"));
        }

        @Test
        void sshMayNameJumpHostsAndTheAddressToUse() {
            Cluster cluster = cluster("""
                    ssh: {jump: "deploy@bastion.example.com:2222, [2001:db8::1]", address: private}
                    droplets:
                      - {name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1}
                      - {name: b, public_ip: 1.1.1.2, private_ip: 10.1.1.2, ssh: {jump: none, address: public}}
                    """);
            List<JumpHost> jump = List.of(
                    new JumpHost("deploy", "bastion.example.com", 2222), new JumpHost(null, "2001:db8::1", null));
            assertThat(cluster.droplets())
                    .extracting(Droplet::ssh)
                    .containsExactly(
                            new SshAccess("root", 22, null, null, null, SshAccess.Address.PRIVATE, jump),
                            SshAccess.defaults());
        }

        @ParameterizedTest
        @ValueSource(strings = {"a b", "@x", "x:0", "x:65536", "-oProxyCommand=x", "x,", "ssh://x/y", "a@b@c"})
        void malformedJumpHostsAreRefused(String jump) {
            assertThat(Inventory.parse("f", "ssh: {jump: \"" + jump + "\"}\n" + THREE)
                            .problems())
                    .singleElement()
                    .asString()
                    .isEqualTo("f:1:13: ssh.jump: \"" + jump
                            + "\" is not a jump host, expected user@host:port, several separated by commas, or none");
        }

        @Test
        void sshSettingsThatAreNotGivenComeFromTheCaller() {
            SshDefaults sshDefaults =
                    (name, publicIp, privateIp, address) -> new SshAccess(name + "-user", 2022, null, null, null);
            Cluster cluster = Inventory.parse("f", """
                    ssh: {port: 22}
                    droplets:
                      - {name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1}
                      - {name: b, public_ip: 1.1.1.2, private_ip: 10.1.1.2, ssh: {user: root}}
                    """, Map.of(), sshDefaults)
                    .orElseThrow(problems -> new AssertionError(problems.toString()));
            assertThat(cluster.droplets())
                    .extracting(Droplet::ssh)
                    .containsExactly(
                            new SshAccess("a-user", 22, null, null, null), new SshAccess("root", 22, null, null, null));
        }

        @Test
        void sshSettingsMayBeSharedByAnAlias() {
            String shared = IntStream.range(0, 100)
                    .mapToObj(
                            "  - {name: b%1$d, public_ip: 1.1.2.%1$d, private_ip: 10.1.2.%1$d, ssh: *web}\n"::formatted)
                    .collect(Collectors.joining());
            Cluster cluster = cluster("""
                    droplets:
                      - {name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1, ssh: &web {user: www}}
                    """ + shared);
            assertThat(cluster.droplets())
                    .hasSize(101)
                    .allMatch(droplet -> droplet.ssh().user().equals("www"));
        }
    }

    @Nested
    class DropletEntries {
        @Test
        void thePublicAddressOfADropletIsCanonical() {
            Cluster cluster = cluster("""
                    droplets:
                      - {name: a, public_ip: 2001:DB8:0:0:0:0:0:1, private_ip: 10.1.1.1, private_interface: eth1.100}
                      - {name: b, public_ip: "::1", private_ip: 10.1.1.2, leaving: true}
                    """);
            assertThat(cluster.droplets())
                    .extracting(droplet -> droplet.publicIp().text())
                    .containsExactly("2001:db8::1", "::1");
            assertThat(cluster.droplets()).extracting(Droplet::leaving).containsExactly(false, true);
            assertThat(cluster.droplets().get(0).privateInterface()).isEqualTo("eth1.100");
        }

        @Test
        void dropletNamesMayBeWordsAndNumbersWithAMeaningInYaml() {
            Cluster cluster = cluster("""
                    droplets:
                      - {name: yes, public_ip: 1.1.1.1, private_ip: 10.1.1.1}
                      - {name: 0x10, public_ip: 1.1.1.2, private_ip: 10.1.1.2}
                      - {name: "null", public_ip: 1.1.1.3, private_ip: 10.1.1.3}
                      - {name: 2026-01-01, public_ip: 1.1.1.4, private_ip: 10.1.1.4}
                    """);
            assertThat(cluster.droplets())
                    .extracting(Droplet::name)
                    .containsExactly("yes", "0x10", "null", "2026-01-01");
        }
    }

    @Nested
    class ParseResult {
        @Test
        void aResultIsEitherAClusterOrProblems() {
            assertThat(Inventory.parse("a.yml", THREE)).isInstanceOf(Inventory.Parsed.class);
            assertThat(Inventory.parse("a.yml", THREE).problems()).isEmpty();
            assertThat(Inventory.parse("a.yml", "")).isInstanceOf(Inventory.Refused.class);
            assertThatThrownBy(() -> new Inventory.Refused(List.of())).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void orElseThrowPassesTheProblemsToTheException() {
            assertThatThrownBy(() -> Inventory.parse("shop.yml", "cluster: shop")
                            .orElseThrow(problems ->
                                    new IllegalStateException(problems.get(0).toString())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("shop.yml:1:1: droplets: is missing, expected a list of droplets");
        }

        @Test
        void aByteOrderMarkAndWindowsLineEndsDoNotMatter() {
            assertThat(cluster("\uFEFF" + THREE.replace("\n", "\r\n"))).isEqualTo(cluster(THREE));
        }
    }
}
