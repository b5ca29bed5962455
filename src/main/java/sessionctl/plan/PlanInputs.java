package sessionctl.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sessionctl.command.Sha256;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;

/**
 * Digests of everything from which a plan is made, apart from the droplets.
 *
 * @param program the program's name and version
 * @param inventory the digest of the inventory's text
 * @param values the digest of its values with all variables filled in, without the key that opens a droplet
 * @param templates the digest of every template, by its name
 */
public record PlanInputs(String program, String inventory, String values, Map<String, String> templates) {
    /** Sorts the templates by name. */
    public PlanInputs {
        templates = Collections.unmodifiableMap(new TreeMap<>(templates));
    }

    /**
     * Computes the digests for a run.
     *
     * @param text the text of the inventory
     * @param templates the texts of the templates in use, by their names
     */
    public static PlanInputs of(String program, String text, Cluster cluster, Map<String, String> templates) {
        Map<String, String> digests = new TreeMap<>();
        templates.forEach((name, template) -> digests.put(name, Sha256.of(List.of(template))));
        return new PlanInputs(program, Sha256.of(List.of(text)), Sha256.of(values(cluster)), digests);
    }

    private static List<String> values(Cluster cluster) {
        List<String> values = new ArrayList<>();
        values.add(cluster.name());
        values.add(cluster.memcached().toString());
        values.add(cluster.sessions().toString());
        values.add(cluster.php().toString());
        values.add(cluster.firewall().toString());
        for (Droplet droplet : cluster.droplets()) {
            values.add(
                    droplet + " " + droplet.privateIp() + " " + droplet.privateInterface() + " " + droplet.leaving());
            values.add(droplet.ssh().user() + " " + droplet.ssh().port() + " "
                    + droplet.ssh().hostKey());
        }
        return values;
    }

    /**
     * Returns the inputs that differ, each as a clause: "the inventory has changed since it was saved". Empty if all
     * are equal.
     */
    List<String> changedSince(PlanInputs then) {
        List<String> changed = new ArrayList<>();
        if (!program.equals(then.program)) {
            changed.add("it was saved by " + then.program + ", this is " + program);
        }
        if (!inventory.equals(then.inventory)) {
            changed.add("the inventory has changed since it was saved");
        } else if (!values.equals(then.values)) {
            changed.add("a variable of the inventory has another value than when it was saved");
        }
        List<String> names = new ArrayList<>(templates.keySet());
        names.removeIf(
                name -> templates.get(name) != null && templates.get(name).equals(then.templates.get(name)));
        if (!names.isEmpty() || !templates.keySet().equals(then.templates.keySet())) {
            String which = names.isEmpty() ? "" : " (" + String.join(", ", names) + ")";
            changed.add("it was saved with other templates" + which);
        }
        return changed;
    }
}
