package sessionctl.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import sessionctl.inventory.discovery.InventoryText;

/** The inventories that ship with the program. The example documents every key. */
class ExampleInventoryTest {
    private static final String UNKNOWN_KEY = "zzzzzzzzzzzz";
    private static final Pattern KNOWN_KEYS = Pattern.compile("unknown key, expected one of ([a-z_, ]+)");

    private String example = "";
    private String written = "";

    @BeforeEach
    void readExample() throws IOException {
        example = Files.readString(Path.of("inventories/example.yml"));
        written = example.replaceAll("(?m)^( *)#(?=[a-z_]+:)", "$1");
    }

    @Test
    void theExampleIsTheClusterOfTheTutorialWithDefaults() {
        assertThat(cluster(example)).isEqualTo(cluster("""
                droplets:
                  - {name: lamp01, public_ip: 1.1.1.1, private_ip: 10.1.1.1}
                  - {name: lamp02, public_ip: 2.2.2.2, private_ip: 10.2.2.2}
                  - {name: lamp03, public_ip: 3.3.3.3, private_ip: 10.3.3.3}
                """));
    }

    @Test
    void theCommentedKeysOfTheExampleShowTheDefaults() {
        Cluster cluster = cluster(written);
        assertThat(cluster.name()).isEqualTo(Cluster.DEFAULT_NAME);
        assertThat(cluster.memcached())
                .isEqualTo(new Memcached(
                        11211, Configured.of(64), Configured.of("1m"), Configured.of(1024), Configured.of(4)));
        assertThat(cluster.sessions())
                .isEqualTo(new Sessions(Configured.of(1440), Configured.of(15), Configured.of(new Seconds(1000)), 3));
        assertThat(cluster.sapi()).isEqualTo(Sapi.AUTO);
        assertThat(cluster.firewall()).isEqualTo(Firewall.defaults());
        assertThat(cluster.droplets().get(0).leaving()).isFalse();
        SshAccess ssh = cluster.droplets().get(1).ssh();
        assertThat(ssh)
                .isEqualTo(new SshAccess(
                        "root",
                        22,
                        "~/.ssh/id_ed25519",
                        "SSH_PASSPHRASE",
                        null,
                        SshAccess.Address.PUBLIC,
                        List.of(new JumpHost("deploy", "bastion.example.com", 2222))));
    }

    @Test
    void theExampleMentionsExactlyTheKeysThatAreRead() {
        Set<String> mentioned = new TreeSet<>();
        collect(new Yaml().load(written), "", mentioned);
        assertThat(mentioned).contains("droplets[].ssh.port").isEqualTo(knownKeys());
    }

    @Test
    void theExampleExplainsEveryKey() {
        Matcher shown = Pattern.compile("(?m)^(.*)\n *#[a-z_]+:.*$").matcher(example);
        assertThat(shown.results().map(result -> result.group(1)).toList())
                .hasSizeGreaterThan(15)
                .allSatisfy(above -> assertThat(above).matches(" *# [A-Za-z0-9].*"));
    }

    @Test
    void theInventoryOfTheLabHasThreeDropletsWithDefaults() throws IOException {
        Cluster lab = cluster(Files.readString(Path.of("inventories/lab.yml")));
        assertThat(InventoryText.of(lab)).isEqualTo("""
                ssh:
                  key: /run/sessionctl/lab/lab/id_ed25519
                droplets:
                  - name: lamp01
                    public_ip: 10.99.0.1
                    private_ip: 10.98.0.1
                  - name: lamp02
                    public_ip: 10.99.0.2
                    private_ip: 10.98.0.2
                  - name: lamp03
                    public_ip: 10.99.0.3
                    private_ip: 10.98.0.3
                """);
    }

    /** Returns every key that the reader accepts. */
    static Set<String> knownKeys() {
        Set<String> known = new TreeSet<>();
        discover("", inner -> inner, known);
        return known;
    }

    private static Cluster cluster(String text) {
        return Inventory.parse("example.yml", text).orElseThrow(problems -> new AssertionError(problems.toString()));
    }

    private static void collect(Object value, String path, Set<String> found) {
        if (value instanceof Map<?, ?> mapping) {
            mapping.forEach((key, inner) -> {
                found.add(path + key);
                collect(inner, path + key + ".", found);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(item -> collect(item, path.replaceAll("\\.$", "[]."), found));
        }
    }

    /** Collects the keys from the reader itself, which lists the known keys when it reports an unknown one. */
    private static void discover(String path, UnaryOperator<String> within, Set<String> found) {
        for (String key : knownKeys(within.apply("{" + UNKNOWN_KEY + ": 1}"))) {
            found.add(path + key);
            discover(path + key + ".", inner -> within.apply("{" + key + ": " + inner + "}"), found);
            discover(path + key + "[].", inner -> within.apply("{" + key + ": [" + inner + "]}"), found);
        }
    }

    private static List<String> knownKeys(String text) {
        return Inventory.parse("", text).problems().stream()
                .filter(problem -> problem.path().endsWith(UNKNOWN_KEY))
                .map(problem -> KNOWN_KEYS.matcher(problem.fault() + ", " + problem.expected()))
                .filter(Matcher::matches)
                .findFirst()
                .map(matcher -> List.of(matcher.group(1).split(", ", -1)))
                .orElse(List.of());
    }
}
