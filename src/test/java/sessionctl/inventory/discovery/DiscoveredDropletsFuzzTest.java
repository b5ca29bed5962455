package sessionctl.inventory.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sessionctl.Fuzz;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Inventory;

/** Mutated listings and inventories become an inventory or an error message. */
class DiscoveredDropletsFuzzTest {
    @Test
    void aMutatedListingIsReadOrRefused() throws IOException {
        List<String> listings = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/listings"))) {
            for (Path file : files.sorted().toList()) {
                listings.add(Files.readString(file));
            }
        }
        String example = Files.readString(Path.of("inventories/example.yml"));
        Fuzz.each(listings, text -> {
            try {
                StarterInventory starter = StarterInventory.of(
                        example, ToolOutput.read("list", text).select(List.of(), List.of("*")));
                if (starter.usable() > 0) {
                    assertThat(Inventory.parse("starter.yml", starter.text()).problems())
                            .isEmpty();
                }
            } catch (InvalidListingException e) {
                assertThat(e.sentence()).isNotEmpty().hasSizeLessThan(1000);
            }
        });
    }

    @Test
    void anInventoryThatIsWrittenIsReadBackEqual() throws IOException {
        String example = Files.readString(Path.of("inventories/example.yml"));
        String all = example.replaceAll("(?m)^( *)#(?=[a-z_]+:)", "$1");
        Fuzz.each(List.of(example, all), text -> {
            if (Inventory.parse("fuzz.yml", text, Map.of("A", "b")) instanceof Inventory.Parsed parsed) {
                Cluster cluster = parsed.cluster();
                assertThat(Inventory.parse("again.yml", InventoryText.of(cluster))
                                .orElseThrow(p -> new AssertionError(p.toString())))
                        .isEqualTo(cluster);
            }
        });
    }
}
