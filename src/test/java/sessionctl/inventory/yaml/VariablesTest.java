package sessionctl.inventory.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Inventory;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.SshAccess;

class VariablesTest {
    private static final String DROPLETS =
            "droplets: [{name: lamp01, public_ip: \"${IP:-1.1.1.1}\", private_ip: 10.1.1.1}]\n";

    private static Cluster cluster(String text, Map<String, String> variables) {
        return Inventory.parse("inventory.yml", text + DROPLETS, variables)
                .orElseThrow(problems -> new AssertionError(problems.toString()));
    }

    private static SshAccess ssh(String text, Map<String, String> variables) {
        return cluster(text, variables).droplets().get(0).ssh();
    }

    private static List<String> problemsOf(String text, Map<String, String> variables) {
        return Inventory.parse("inventory.yml", text + DROPLETS, variables).problems().stream()
                .map(InventoryProblem::toString)
                .toList();
    }

    @Test
    void aVariableIsReplacedByItsValue() {
        assertThat(cluster("cluster: shop-${STAGE}\n", Map.of("STAGE", "prod")).name())
                .isEqualTo("shop-prod");
        assertThat(ssh("ssh: {port: \"${SSH_PORT}\"}\n", Map.of("SSH_PORT", "2222"))
                        .port())
                .isEqualTo(2222);
        assertThat(cluster("", Map.of("IP", "2.2.2.2")).droplets().get(0).publicIp())
                .isEqualTo(new PublicAddress("2.2.2.2"));
    }

    @Test
    void anUnsetOrEmptyVariableIsReplacedByItsDefault() {
        String text = "ssh:\n  port: ${SSH_PORT:-22}\n  user: ${USER_NAME:-deploy}\n";
        assertThat(ssh(text, Map.of())).isEqualTo(new SshAccess("deploy", 22, null, null, null));
        assertThat(ssh(text, Map.of("SSH_PORT", "", "USER_NAME", "")))
                .isEqualTo(new SshAccess("deploy", 22, null, null, null));
        assertThat(ssh(text, Map.of("SSH_PORT", "2222")).port()).isEqualTo(2222);
    }

    @Test
    void severalVariablesInAValueOrListAreReplaced() {
        Cluster cluster = cluster(
                "cluster: ${A}${B:-b}-${A}\nfirewall:\n  allow:\n  - ${HTTP:-80}\n  - ${HTTPS}\n",
                Map.of("A", "a", "HTTPS", "8443"));
        assertThat(cluster.name()).isEqualTo("ab-a");
        assertThat(cluster.firewall().allow()).containsExactly(80, 8443);
    }

    @Test
    void theValueOfAVariableIsNotParsedOrExpandedAgain() {
        Map<String, String> sly = Map.of("KEY", "a: {b: [c]} # ${KEY} $${X}", "SLY", "x\"\nleaving: true");
        assertThat(ssh("ssh:\n  key: ${KEY}\n", sly).key()).isEqualTo("a: {b: [c]} # ${KEY} $${X}");
        assertThat(problemsOf("cluster: ${SLY}\n", sly))
                .singleElement()
                .asString()
                .startsWith("inventory.yml:1:10: cluster: \"${SLY}\" is not a cluster name");
    }

    @Test
    void aSecondDollarEscapesAVariable() {
        assertThat(ssh("ssh:\n  key: $${HOME}/$5/$$x/$\n", Map.of()).key()).isEqualTo("${HOME}/$5/$$x/$");
    }

    @Test
    void aVariableInAKeyIsNotReplaced() {
        assertThat(problemsOf("${A}: 1\n", Map.of("A", "cluster")))
                .singleElement()
                .asString()
                .contains("unknown key");
    }

    @Test
    void aVariableWithinBracketsNeedsQuotes() {
        assertThat(problemsOf("ssh: {port: ${SSH_PORT:-22}}\n", Map.of()))
                .containsExactly("inventory.yml:1:14: a { begins within brackets,"
                        + " expected quotes around a value with a brace, as in \"${NAME}\"");
    }

    @Test
    void aRefusedValueNamesItsVariable() {
        assertThat(problemsOf("ssh:\n  port: ${SSH_PORT:-22}\n", Map.of("SSH_PORT", "ssh")))
                .containsExactly("inventory.yml:2:9: ssh.port: \"${SSH_PORT:-22}\" is not a whole number,"
                        + " expected a port from 1 to 65535");
        assertThat(problemsOf("ssh:\n  passphrase_env: ${PASS}\n", Map.of("PASS", "s e c r e t")))
                .singleElement()
                .asString()
                .doesNotContain("s e c r e t");
    }

    /** Every key, with a variable whose value is refused, alone and within other text. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cluster: %s",
                "ssh: {user: %s}",
                "ssh: {port: %s}",
                "ssh: {key: %s.pub}",
                "ssh: {jump: %s}",
                "ssh: {address: %s}",
                "ssh: {passphrase_env: %s}",
                "memcached: {port: %s}",
                "memcached: {memory: %s}",
                "memcached: {max_item_size: %s}",
                "memcached: {connections: %s}",
                "memcached: {threads: %s}",
                "sessions: {lifetime: %s}",
                "sessions: {lock_timeout: %s}",
                "sessions: {server_timeout: %s}",
                "sessions: {copies: %s}",
                "php: {sapi: %s}",
                "firewall: {mode: %s}",
                "firewall: {allow: [%s]}",
                "droplets: [{name: %s, public_ip: 1.1.1.1, private_ip: 10.1.1.1}]",
                "droplets: [{name: a, public_ip: %s, private_ip: 10.1.1.1}]",
                "droplets: [{name: a, public_ip: 1.1.1.1, private_ip: %s}]",
                "droplets: [{name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1, private_interface: %s}]",
                "droplets: [{name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1, host_key: %s}]",
                "droplets: [{name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1, leaving: %s}]",
                "droplets: [{name: %s, public_ip: 1.1.1.1, private_ip: 10.1.1.1},"
                        + " {name: %s, public_ip: 1.1.1.2, private_ip: 10.1.1.2}]",
                "memcached: {memory: 1, max_item_size: %s}",
                "firewall: {allow: [%s, %s]}"
            })
    void theValueOfAVariableIsNeverPrintedInAProblem(String key) {
        for (String secret : List.of(
                "wJalrXUtnFEMI/K7MDENG",
                "300.1.1.1",
                "::ffff:10.9.8.7",
                "169.254.1.1",
                "fe80::77",
                "0777",
                "99999999",
                "9m",
                "db-password",
                "8443")) {
            String text = key.replace("%s", "\"${S}\"").replace("\".pub", ".pub\"");
            Inventory.parse(
                            "inventory.yml",
                            text + (key.startsWith("droplets") ? "\n" : "\n" + DROPLETS),
                            Map.of("S", secret))
                    .problems()
                    .forEach(problem -> assertThat(problem.toString()).doesNotContain(secret));
        }
    }
}
