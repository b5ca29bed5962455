package sessionctl.inventory;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The inventory as a JSON Schema (draft 7, which editors know best). It is what the reader asks an inventory for, so that
 * both agree; what concerns two values, as that no address is there twice, only the reader can tell.
 */
public final class InventorySchema {
    private InventorySchema() {}

    /** The schema: texts, numbers, truth values, lists and mappings, as they are to be written. */
    public static Map<String, Object> of() {
        Problems ignored = new Problems("");
        Fields fields = YamlText.tree("droplets: [{}]", new Variables(Map.of()), ignored)
                .flatMap(document -> document.fields(""))
                .orElseThrow();
        fields.read(new ClusterReader(UsualAccess.DEFAULT, ignored)::cluster);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "The inventory of sessionctl");
        schema.putAll(fields.schema());
        return schema;
    }
}
