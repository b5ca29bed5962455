package sessionctl.manual;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of an inventory, parsed from the comments of an example. A comment belongs to the key below it. */
final class InventoryKeys {
    private static final Pattern KEY = Pattern.compile("( *)(?:- )?#?([a-z_]+):(?: (.*))?");

    private final List<String> introduction = new ArrayList<>();

    /** The entries by key, with its section. The term of an entry includes the example's value. */
    private final Map<String, ManPage.Entry> entries = new LinkedHashMap<>();

    private final List<String> comment = new ArrayList<>();
    private String section = "";

    private InventoryKeys() {}

    static InventoryKeys of(String example) {
        InventoryKeys keys = new InventoryKeys();
        example.lines().forEach(keys::read);
        return keys;
    }

    /** Returns the paragraphs before the first key. */
    List<String> introduction() {
        return List.copyOf(introduction);
    }

    List<ManPage.Entry> entries() {
        return List.copyOf(entries.values());
    }

    private void read(String line) {
        Matcher key = KEY.matcher(line);
        if (line.strip().startsWith("# ")) {
            comment.add(line.strip().substring(2));
        } else if (key.matches()) {
            add(key.group(1).isEmpty(), key.group(2), key.group(3));
        } else if (!comment.isEmpty() && entries.isEmpty()) {
            introduction.add(String.join(" ", comment));
            comment.clear();
        }
    }

    /** Adds a key. The items of a list repeat their keys; only the first occurrence explains them. */
    private void add(boolean top, String name, @Nullable String value) {
        String term = (top ? "" : section) + name;
        entries.putIfAbsent(
                term, new ManPage.Entry(value == null ? term : term + ": " + value, String.join(" ", comment)));
        comment.clear();
        if (top && value == null) {
            section = name.equals("droplets") ? "droplets[]." : name + ".";
        }
    }
}
