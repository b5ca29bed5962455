package sessionctl.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;

/**
 * What a plan is made from besides the droplets, each as a digest.
 *
 * @param program the program and its version, as it calls itself
 * @param inventory of the inventory's text
 * @param values of what it says, its variables filled in; which key opens a droplet is no part of it
 * @param templates of every template, by its name
 */
public record Origin(String program, String inventory, String values, Map<String, String> templates) {
    /** Copies the templates, in the order of their names. */
    public Origin {
        templates = Collections.unmodifiableMap(new TreeMap<>(templates));
    }

    /**
     * The origin of a run's plans.
     *
     * @param text the inventory as it was written
     * @param templates the texts that are used, by their names
     */
    public static Origin of(String program, String text, Cluster cluster, Map<String, String> templates) {
        Map<String, String> digests = new TreeMap<>();
        templates.forEach((name, template) -> digests.put(name, Digest.of(List.of(template))));
        return new Origin(program, Digest.of(List.of(text)), Digest.of(values(cluster)), digests);
    }

    private static List<String> values(Cluster cluster) {
        List<String> values = new ArrayList<>();
        values.add(cluster.name());
        values.add(cluster.memcached().toString());
        values.add(cluster.sessions().toString());
        values.add(cluster.sapi().toString());
        values.add(cluster.firewall().toString());
        for (Droplet droplet : cluster.droplets()) {
            values.add(
                    droplet + " " + droplet.privateIp() + " " + droplet.privateInterface() + " " + droplet.leaving());
            values.add(droplet.ssh().user() + " " + droplet.ssh().port() + " "
                    + droplet.ssh().hostKey());
        }
        return values;
    }

    /** What is another now than it was, as sentences' beginnings: "the inventory has changed". */
    List<String> changedSince(Origin then) {
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
