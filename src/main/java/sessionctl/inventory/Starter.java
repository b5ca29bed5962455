package sessionctl.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The commented inventory with the droplets of a listing in it.
 *
 * @param text the inventory; it reads without problems unless it has no droplet at all
 * @param usable how many droplets it has
 * @param leftOut a sentence for each droplet that cannot be one of an inventory
 */
public record Starter(String text, int usable, List<String> leftOut) {
    private static final String DROPLETS = "\ndroplets:\n";
    private static final String ADVICE =
            "Change the names and addresses at the end to your droplets'; nothing else is needed.";

    /** Copies the sentences. */
    public Starter {
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Puts droplets into an inventory.
     *
     * @param example the commented inventory, whose first droplet explains what a droplet may say
     */
    public static Starter of(String example, Listing listing) {
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
        for (Listed droplet : listing.droplets()) {
            String fault = fault(droplet, taken);
            if (fault.isEmpty()) {
                written.add(text(droplet, "  ") + (written.isEmpty() ? explained : ""));
            } else {
                leftOut.add(Quoted.visible(Quoted.cut(droplet.name())) + " is left out: " + fault);
            }
        }
        String notes = leftOut.stream().map(s -> "# " + s + "\n").collect(Collectors.joining());
        return new Starter(
                head + String.join("\n", written) + (notes.isEmpty() ? "" : "\n" + notes), written.size(), leftOut);
    }

    /** Why a droplet cannot be one of the inventory; empty if it can, and then nobody else can have what it has. */
    private static String fault(Listed droplet, Map<String, String> taken) {
        if (droplet.privateIp().isEmpty()) {
            return "it has no private address, at which memcached would listen; put it into a VPC network";
        }
        if (droplet.publicIp().isEmpty()) {
            return "it has no public address, at which it would be reached";
        }
        Inventory alone = Inventory.parse("", "droplets:\n" + text(droplet, ""));
        if (!alone.problems().isEmpty()) {
            return alone.problems().stream()
                    .map(p -> p.path().replaceFirst("^droplets\\[0][.]", "") + ": " + p.is() + ", " + p.expected())
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
                return key + " is that of " + taken.get(key) + " already";
            }
        }
        taken.putAll(keys);
        return "";
    }

    private static String text(Listed droplet, String indent) {
        StringBuilder text = new StringBuilder();
        text.append(indent)
                .append("- name: ")
                .append(InventoryText.scalar(droplet.name()))
                .append('\n');
        text.append(indent)
                .append("  public_ip: ")
                .append(InventoryText.scalar(droplet.publicIp()))
                .append('\n');
        text.append(indent)
                .append("  private_ip: ")
                .append(InventoryText.scalar(droplet.privateIp()))
                .append('\n');
        if (!droplet.ssh().isEmpty()) {
            text.append(indent).append("  ssh:\n");
            new TreeMap<>(droplet.ssh())
                    .forEach((key, value) -> text.append(indent)
                            .append("    " + key + ": ")
                            .append(InventoryText.scalar(value))
                            .append('\n'));
        }
        return text.toString();
    }
}
