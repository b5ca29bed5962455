package sessionctl.inventory;

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

/** Whatever another tool lists or an inventory says becomes an inventory or a sentence. */
class ListingFuzzTest {
    @Test
    void aListingIsReadOrRefused() throws IOException {
        List<String> listings = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/listings"))) {
            for (Path file : files.sorted().toList()) {
                listings.add(Files.readString(file));
            }
        }
        String example = Files.readString(Path.of("inventories/example.yml"));
        Fuzz.each(listings, text -> {
            try {
                Starter starter = Starter.of(example, Listing.read("list", text).chosen(List.of(), List.of("*")));
                if (starter.usable() > 0) {
                    assertThat(Inventory.parse("starter.yml", starter.text()).problems())
                            .isEmpty();
                }
            } catch (UnreadableListing e) {
                assertThat(e.sentence()).isNotEmpty().hasSizeLessThan(1000);
            }
        });
    }

    @Test
    void whatIsReadIsWrittenAndReadAgainAsTheSame() throws IOException {
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
