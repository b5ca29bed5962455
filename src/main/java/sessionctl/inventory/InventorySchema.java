package sessionctl.inventory;

import java.util.LinkedHashMap;
import java.util.Map;
import sessionctl.inventory.yaml.MappingReader;
import sessionctl.inventory.yaml.Problems;
import sessionctl.inventory.yaml.Variables;
import sessionctl.inventory.yaml.YamlText;

/**
 * The inventory as a JSON Schema (draft 7, which editors support best). It is recorded from the keys and types that the
 * reader requests, so both agree. Conditions on two values, such as unique addresses, are checked by the reader only.
 */
public final class InventorySchema {
    private InventorySchema() {}

    /** Returns the schema as maps, lists, strings, numbers and booleans, in the order in which to write it. */
    public static Map<String, Object> of() {
        Problems ignored = new Problems("");
        MappingReader mapping = YamlText.tree("droplets: [{}]", new Variables(Map.of()), ignored)
                .flatMap(document -> document.fields(""))
                .orElseThrow();
        mapping.read(new ClusterReader(SshDefaults.DEFAULT)::cluster);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "The inventory of sessionctl");
        schema.putAll(mapping.schema());
        return schema;
    }
}
