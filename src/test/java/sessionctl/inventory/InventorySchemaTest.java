package sessionctl.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import sessionctl.inventory.discovery.InventoryText;

/** The JSON schema, which editors use, and the reader accept the same inventories, within the limits of a schema. */
class InventorySchemaTest {
    private static final Path CASES = Path.of("src/test/resources/inventories");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(JSON.valueToTree(InventorySchema.of()));

    /**
     * Cases that only the reader refuses: for the relation of two values, for arithmetic, or for the YAML 1.1 meaning
     * of a word.
     */
    private static final Set<String> BEYOND_A_SCHEMA = Set.of(
            "alias-of-an-address",
            "all-leaving",
            "item-size-no-multiple",
            "item-size-over-half",
            "memory-too-small",
            "one-address-for-two-ports",
            "port-of-memcached-for-ssh",
            "same-addresses",
            "same-addresses-spelled-otherwise",
            "same-names",
            "yes-for-true");

    private static boolean schemaAccepts(String text) {
        try {
            return SCHEMA.validate(JSON.valueToTree(new Yaml().load(text))).isEmpty();
        } catch (YAMLException
                | IllegalArgumentException
                | StackOverflowError e) { // the last from an alias in a circle
            return false;
        }
    }

    private static boolean readerAccepts(String text) {
        return Inventory.parse("inventory.yml", text).problems().isEmpty();
    }

    @Test
    void theSchemaAcceptsEveryInventoryThatTheReaderAccepts() {
        IntStream.range(0, 1000).forEach(seed -> {
            String text = InventoryText.of(new Clusters(new Random(seed)).any());
            assertThat(readerAccepts(text)).isTrue();
            assertThat(schemaAccepts(text)).describedAs(text).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cluster: 1.10\nssh:\nphp: ~\n",
                "cluster: ${NAME:-shop}\nssh:\n  port: ${SSH_PORT:-22}\n",
                "memcached: {memory: '128', max_item_size: 2M}\n",
                "firewall: {mode: full, allow: []}\n",
                "firewall: {mode: \"${MODE:-pool}\", allow: [80, \"443\"]}\n",
                "ssh: {key: ~/.ssh/id, user: yes_, passphrase_env: _1}\n",
            })
    void schemaAndReaderAcceptOtherSpellings(String text) {
        String whole = text + "droplets: [{name: a, public_ip: '2001:DB8::1', private_ip: 10.1.1.1, leaving: false},"
                + " {name: b, public_ip: 1.1.1.2, private_ip: 10.1.1.2, leaving: true}]\n";
        assertThat(readerAccepts(whole)).isTrue();
        assertThat(schemaAccepts(whole)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inventories/example.yml", "inventories/lab.yml"})
    void schemaAndReaderAcceptTheShippedInventoriesWithEveryKey(String file) throws IOException {
        String written = Files.readString(Path.of(file)).replaceAll("(?m)^( *)#(?=[a-z_]+:)", "$1");
        assertThat(readerAccepts(written)).isTrue();
        assertThat(schemaAccepts(written)).isTrue();
    }

    @Test
    void schemaAndReaderRefuseTheSameInventories() throws IOException {
        Set<String> taken = new TreeSet<>();
        try (Stream<Path> folders = Files.list(CASES)) {
            for (Path folder : folders.toList()) {
                String text = Files.readString(folder.resolve("inventory.yml"));
                assertThat(readerAccepts(text)).isFalse();
                if (schemaAccepts(text)) {
                    taken.add(folder.getFileName().toString());
                }
            }
        }
        assertThat(taken).isEqualTo(new TreeSet<>(BEYOND_A_SCHEMA));
    }

    @Test
    void theSchemaHasExactlyTheKeysOfTheReader() {
        Set<String> inSchema = new TreeSet<>();
        keys(InventorySchema.of(), "", inSchema);
        assertThat(inSchema).isEqualTo(ExampleInventoryTest.knownKeys()).contains("droplets[].ssh.port");
    }

    @Test
    void theSchemaDescribesEveryValue() {
        Set<String> lacking = new TreeSet<>();
        describe(InventorySchema.of(), "", lacking);
        assertThat(lacking).isEmpty();
    }

    private static void keys(Map<?, ?> schema, String path, Set<String> found) {
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((key, inner) -> {
                found.add(path + key);
                keys((Map<?, ?>) inner, path + key + ".", found);
            });
        }
        if (schema.get("items") instanceof Map<?, ?> items) {
            keys(items, path.replaceAll("\\.$", "[]."), found);
        }
    }

    private static void describe(Map<?, ?> schema, String path, Set<String> lacking) {
        if (schema.containsKey("anyOf") && !schema.containsKey("description")) {
            lacking.add(path);
        }
        schema.forEach((key, inner) -> {
            if (inner instanceof Map<?, ?> map && !key.equals("anyOf")) {
                describe(map, path + "." + key, lacking);
            }
        });
    }
}
