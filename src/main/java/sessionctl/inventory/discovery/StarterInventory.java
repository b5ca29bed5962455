package sessionctl.inventory.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;
import sessionctl.inventory.yaml.QuotedText;

/**
 * The commented starter inventory with the droplets of a listing.
 *
 * @param text the inventory; it is valid unless it contains no droplet
 * @param usable the number of droplets in it
 * @param leftOut a sentence for each droplet and each setting that the inventory cannot contain
 */
public record StarterInventory(String text, int usable, List<String> leftOut) {
    private static final String DROPLETS = "\ndroplets:\n";
    private static final String ADVICE =
            "Change the names and addresses at the end to your droplets'; nothing else is needed.";

    public StarterInventory {
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Creates an inventory with these droplets.
     *
     * @param example the commented inventory; the comments of its first droplet explain the keys of a droplet
     */
    public static StarterInventory of(String example, DiscoveredDroplets listing) {
        int end = example.indexOf(DROPLETS) + DROPLETS.length();
        String head = example.substring(0, end)
                .replace(
                        ADVICE, "The droplets at the end are those of " + listing.tool() + "; nothing else is needed.");
        String explained = example.substring(end)
                .lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.strip().startsWith("#"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        Map<String, String> taken = new HashMap<>();
        List<String> written = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (DiscoveredDroplet droplet : listing.droplets()) {
            String fault = fault(droplet, taken);
            String name = QuotedText.visible(QuotedText.cut(droplet.name()));
            if (fault.isEmpty()) {
                written.add(text(droplet, "  ") + (written.isEmpty() ? explained : ""));
            } else {
                leftOut.add(name + " is left out: " + fault);
            }
            droplet.notes().forEach(note -> leftOut.add(name + ": " + QuotedText.visible(note)));
        }
        String notes = leftOut.stream().map(s -> "# " + s + "\n").collect(Collectors.joining());
        return new StarterInventory(
                head + String.join("\n", written) + (notes.isEmpty() ? "" : "\n" + notes), written.size(), leftOut);
    }

    /**
     * Returns why the inventory cannot contain a droplet. If it can, returns an empty text and adds its name and
     * addresses to {@code taken}, so that no later droplet can have them.
     */
    private static String fault(DiscoveredDroplet droplet, Map<String, String> taken) {
        if (droplet.privateIp().isEmpty()) {
            return "it has no private address for memcached; add it to a VPC network";
        }
        if (droplet.publicIp().isEmpty()) {
            return "it has no public address for SSH";
        }
        Inventory alone = Inventory.parse("", "droplets:\n" + text(droplet, ""));
        if (!alone.problems().isEmpty()) {
            return alone.problems().stream()
                    .map(p -> p.path().replaceFirst("^droplets\\[0][.]", "") + ": " + p.fault() + ", " + p.expected())
                    .collect(Collectors.joining("; "));
        }
        Droplet read =
                alone.orElseThrow(p -> new IllegalStateException()).droplets().get(0);
        Map<String, String> keys = new TreeMap<>(Map.of(
                "the name " + read.name().toLowerCase(Locale.ROOT), read.name(),
                "the address " + read.publicIp(), read.name(),
                "the address " + read.privateIp(), read.name()));
        for (String key : keys.keySet()) {
            if (taken.containsKey(key)) {
                return key + " is already used by " + taken.get(key);
            }
        }
        taken.putAll(keys);
        return "";
    }

    private static String text(DiscoveredDroplet droplet, String indent) {
        List<String> lines = new ArrayList<>(List.of(
                "- name: " + InventoryText.scalar(droplet.name()),
                "  public_ip: " + InventoryText.scalar(droplet.publicIp()),
                "  private_ip: " + InventoryText.scalar(droplet.privateIp())));
        if (!droplet.ssh().isEmpty()) {
            lines.add("  ssh:");
            new TreeMap<>(droplet.ssh())
                    .forEach((key, value) -> lines.add("    " + key + ": " + InventoryText.scalar(value)));
        }
        return lines.stream().map(line -> indent + line + "\n").collect(Collectors.joining());
    }
}
