package sessionctl.health;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.inventory.Names;

/**
 * A fault, with the command that fixes it.
 *
 * @param droplet the names of the droplets that have it; for a server outside the inventory, its address
 * @param what the fault, without the droplet's name
 * @param remedy the command that fixes it; empty if no command can
 */
public record Finding(Severity severity, String droplet, String what, String remedy) {
    /** The limit for names in one finding; the ungrouped findings name every droplet. */
    private static final int MAX_NAMES = 20;

    static Finding error(String droplet, String what, String remedy) {
        return new Finding(Severity.ERROR, droplet, what, remedy);
    }

    static Finding warning(String droplet, String what, String remedy) {
        return new Finding(Severity.WARNING, droplet, what, remedy);
    }

    /** The finding in one line. */
    public String sentence() {
        return beforeRemedy() + (remedy.isEmpty() ? "" : " " + remedy);
    }

    /** The finding up to its remedy. */
    public String beforeRemedy() {
        return droplet + ": " + what + (remedy.isEmpty() ? "" : "; run:");
    }

    /** Merges equal findings into one that names all their droplets. Sorts errors first. */
    public static List<Finding> grouped(List<Finding> findings) {
        Map<Finding, List<String>> names = new LinkedHashMap<>();
        findings.forEach(
                f -> names.computeIfAbsent(new Finding(f.severity, "", f.what, f.remedy), fault -> new ArrayList<>())
                        .add(f.droplet));
        List<Finding> grouped = new ArrayList<>();
        names.forEach((fault, all) -> grouped.add(new Finding(fault.severity, join(all), fault.what, fault.remedy)));
        grouped.sort(Comparator.comparing(Finding::severity));
        return grouped;
    }

    private static String join(List<String> names) {
        return Names.some(names.stream().distinct().toList(), MAX_NAMES);
    }
}
