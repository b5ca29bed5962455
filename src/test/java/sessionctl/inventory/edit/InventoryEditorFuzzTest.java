package sessionctl.inventory.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Fuzz;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;

/**
 * Edits many inventories in every way. Each result must mean what the edit intends, and every line that the edit does not
 * concern must have the same bytes.
 */
class InventoryEditorFuzzTest {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 500);

    static IntStream seeds() {
        return IntStream.range(0, INPUTS / 100);
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("inventories"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyEditMeansWhatItIntendsAndKeepsAllOtherLines(int hundred) throws RefusedEditException {
        for (int seed = hundred * 100; seed < hundred * 100 + 100; seed++) {
            String text = new Generated(new Random(seed)).text();
            try {
                assertEdits(text);
            } catch (AssertionError | RefusedEditException e) {
                throw new AssertionError("seed " + seed + ": " + e + "\n" + text, e);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExamplesAreEditedInPlace(Path example) throws IOException, RefusedEditException {
        String text = Files.readString(example);
        assertEdits(text);
        assertEdits(text.replace("\n", "\r\n"));
    }

    /** The parser accepts some of these texts. An edit of one must mean what it intends, or be refused. */
    @Test
    void aDamagedInventoryIsEditedCorrectlyOrNotAtAll() {
        List<String> sound = IntStream.range(0, 40)
                .mapToObj(i -> new Generated(new Random(i)).text())
                .toList();
        Fuzz.each(sound, text -> {
            if (!Inventory.parse("", text).problems().isEmpty()) {
                return;
            }
            Cluster before = cluster(text);
            for (InventoryEdit edit : edits(before)) {
                try {
                    String after = InventoryEditor.apply(edit, text, Map.of());
                    assertThat(names(cluster(after))).isEqualTo(names(edit.expected(before)));
                } catch (RefusedEditException e) {
                    assertThat(e.reason()).isNotEmpty();
                }
            }
        });
    }

    private static List<InventoryEdit> edits(Cluster cluster) throws RefusedEditException {
        List<InventoryEdit> edits = new ArrayList<>(List.of(InventoryEdit.add("new", "192.0.2.99", "10.200.0.99")));
        for (Droplet droplet : cluster.droplets()) {
            edits.add(InventoryEdit.leave(droplet.name()));
            edits.add(InventoryEdit.delete(droplet.name()));
            edits.add(InventoryEdit.replace(droplet.name(), "2001:db8::99", "10.200.0.99"));
        }
        return edits;
    }

    private static void assertEdits(String text) throws RefusedEditException {
        Cluster before = cluster(text);
        for (InventoryEdit edit : edits(before)) {
            if (edit instanceof InventoryEdit.Add || before.droplets().size() > 1) {
                assertEdit(edit, text, before);
            }
        }
    }

    private static void assertEdit(InventoryEdit edit, String text, Cluster before) throws RefusedEditException {
        String after = InventoryEditor.apply(edit, text, Map.of());
        String what = edit + " of\n" + text + "\nmade\n" + after;
        Cluster result = cluster(after);
        assertThat(names(result)).as(what).isEqualTo(names(edit.expected(before)));
        assertThat(result.memcached()).as(what).isEqualTo(before.memcached());
        assertThat(result.sessions()).as(what).isEqualTo(before.sessions());
        List<String> old = lines(text);
        List<String> fresh = lines(after);
        List<String> changed = without(fresh, old);
        List<String> lost = without(old, fresh);
        if (edit instanceof InventoryEdit.Delete) {
            assertThat(changed).as(what).hasSizeLessThanOrEqualTo(text.contains("[") ? 1 : 0);
            lost.forEach(line -> assertThat(line).as(what).doesNotContain("top comment"));
        } else if (edit instanceof InventoryEdit.Replace) {
            assertThat(fresh).as(what).hasSameSizeAs(old);
            assertThat(lost).as(what).hasSizeLessThanOrEqualTo(2);
        } else {
            assertThat(lost).as(what).hasSizeLessThanOrEqualTo(1);
        }
        if (!(edit instanceof InventoryEdit.Delete)) {
            assertThat(after.endsWith("\n")).as(what).isEqualTo(text.endsWith("\n"));
        }
        assertThat(after.replace("\r\n", "").contains("\r")).as(what).isFalse();
        assertThat(text.contains("\r\n") && after.replace("\r\n", "").contains("\n"))
                .as(what)
                .isFalse();
    }

    /** Returns the lines with their breaks. */
    private static List<String> lines(String text) {
        return List.of(text.split("(?<=\n)"));
    }

    private static List<String> without(List<String> lines, List<String> others) {
        List<String> rest = new ArrayList<>(lines);
        others.forEach(rest::remove);
        return rest;
    }

    private static Cluster cluster(String text) {
        return Inventory.parse("", text).orElseThrow(p -> new AssertionError(p + "\n" + text));
    }

    private static String names(Cluster cluster) {
        return names(cluster.droplets());
    }

    /** Returns the droplets without the settings of ssh, which a new droplet shares with the others. */
    private static String names(List<Droplet> droplets) {
        return droplets.stream()
                .map(d -> d.name() + " " + d.publicIp() + " " + d.privateIp() + " " + d.leaving()
                        + (d.name().equals("new") ? "" : " " + d.ssh().port()))
                .collect(Collectors.joining("\n"));
    }

    /** A random inventory. */
    private record Generated(RandomGenerator random) {
        String text() {
            StringBuilder text = new StringBuilder(oneOf("", "\uFEFF", "---\n", "%YAML 1.1\n---\n"));
            text.append(oneOf("", "# top comment 🛒 é\n", "# top comment\n\n"));
            text.append(oneOf("", "cluster: shop # 🛒\n", "ssh: {user: deploy}\n", "ssh:\n  user: deploy\n\n"));
            text.append(droplets());
            text.append(
                    oneOf("", "# top comment\n", "\n# top comment, droplets: [a]\n", "\n\n", "...\n", "# top comment"));
            String all = text.toString();
            boolean ended = all.endsWith("...\n");
            all += ended ? "" : oneOf("", "\nmemcached:\n  memory: 128 #\ttab\n", "\nphp: {sapi: fpm}\n");
            all = random.nextInt(4) == 0 && !ended ? all.stripTrailing() : all;
            return random.nextBoolean() ? all : all.replace("\n", "\r\n");
        }

        private String droplets() {
            int size = 1 + random.nextInt(4);
            String indent = oneOf("", "  ", "    ");
            String lead = oneOf("- ", "-   ");
            String between =
                    oneOf("", "\n", indent + "# top comment between - dashes\n", "\n" + indent + "# top comment\n");
            String head =
                    "droplets:" + oneOf("", "  # top comment", " ") + "\n" + oneOf("", indent + "# top comment\n");
            int style = random.nextInt(4);
            if (style == 3) {
                String open = oneOf("[", "[ ", "[\n  ");
                String comma = open.endsWith("\n  ") ? ",\n  " : oneOf(",", ", ", ",\n  ");
                return "droplets: " + open
                        + items(size, i -> flow(i, ", ")).collect(Collectors.joining(comma))
                        + (open.endsWith("\n  ") ? oneOf("\n]", "]", ",\n]", " # inner\n]") : oneOf("]", " ]")) + "\n";
            }
            String inner = "\n" + indent + " ".repeat(lead.length());
            return head
                    + items(
                                    size,
                                    i -> indent + lead
                                            + (style == 0 || (style == 1 && random.nextBoolean())
                                                    ? flow(i, oneOf(", ", "," + inner + "  "))
                                                            + oneOf("", " # inner", " # a\ttab")
                                                    : block(i, inner))
                                            + "\n" + oneOf("", "", indent + "   # inner\n"))
                            .collect(Collectors.joining(between));
        }

        private Stream<String> items(int size, java.util.function.IntFunction<String> item) {
            return IntStream.rangeClosed(1, size).mapToObj(item);
        }

        private String flow(int i, String between) {
            List<String> keys = keys(i);
            if (random.nextInt(4) == 0) {
                keys.add(oneOf("ssh: {port: 2222, user: x}", "host_key: SHA256:" + "A".repeat(43), "leaving: false"));
            }
            String blank = oneOf("", " ");
            return "{" + blank + String.join(between, keys) + oneOf("", "", ",") + blank + "}";
        }

        private String block(int i, String between) {
            List<String> keys = keys(i);
            if (random.nextInt(3) == 0) {
                keys.add(
                        random.nextInt(4),
                        oneOf("ssh: {port: 2222}", "ssh:" + between + "  port: 2222", "leaving: false", "ssh:"));
            }
            if (random.nextInt(3) == 0) {
                keys.add(1 + random.nextInt(keys.size()), oneOf("# inner", "#leaving: true", ""));
            }
            return keys.stream()
                    .map(k -> k + oneOf("", "", " # inner - x", "  "))
                    .collect(Collectors.joining(between));
        }

        private List<String> keys(int i) {
            String quote = oneOf("", "", "'", "\"");
            List<String> keys = new ArrayList<>(List.of(
                    "name: " + quote + "lamp0" + i + quote,
                    "public_ip: " + quote + oneOf("203.0.113." + i, "2001:db8::" + i) + quote,
                    "private_ip:" + oneOf(" ", "   ") + quote + "10.98.0." + i + quote));
            if (random.nextInt(3) == 0) {
                Collections.shuffle(keys, new Random(random.nextInt()));
            }
            return keys;
        }

        private String oneOf(String... choices) {
            return choices[random.nextInt(choices.length)];
        }
    }
}
