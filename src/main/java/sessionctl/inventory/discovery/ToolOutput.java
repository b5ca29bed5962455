package sessionctl.inventory.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.error.YAMLException;
import sessionctl.inventory.Ipv4;
import sessionctl.inventory.yaml.InventoryProblem;
import sessionctl.inventory.yaml.Problems;
import sessionctl.inventory.yaml.YamlErrors;

/** A finder of droplets in the output of another tool, or in a list. */
public final class ToolOutput {
    private ToolOutput() {}

    /**
     * Reads the output of {@code doctl compute droplet list -o json}, {@code terraform show -json}, {@code terraform
     * output -json} or {@code ansible-inventory --list}, or lines of name, public and private address.
     *
     * @param file the file's name for messages
     * @throws InvalidListingException if the text has none of these forms or lists no droplet
     */
    public static DiscoveredDroplets read(String file, String text) {
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        boolean json =
                content.stripLeading().startsWith("{") || content.stripLeading().startsWith("[");
        DiscoveredDroplets listing =
                json ? readJson(file, content) : new DiscoveredDroplets("your list", DropletLines.read(file, content));
        if (listing.droplets().isEmpty()) {
            throw new InvalidListingException(file + ": lists no droplet; " + InvalidListingException.EXPECTED);
        }
        return listing;
    }

    private static DiscoveredDroplets readJson(String file, String text) {
        ListingJson root = parse(file, text);
        if (root.isList()) {
            boolean doctl = root.items().stream().anyMatch(d -> d.at("networks").isMapping());
            return new DiscoveredDroplets(doctl ? "doctl" : "your list", objects(root));
        }
        if (root.at("_meta").at("hostvars").isMapping()) {
            return new DiscoveredDroplets("Ansible", ansible(root));
        }
        if (root.at("planned_values").isMapping()) {
            throw new InvalidListingException(
                    file + ": is a plan, which does not contain the addresses yet; expected the output of terraform"
                            + " show -json without a file");
        }
        return root.at("values").isMapping()
                ? new DiscoveredDroplets("Terraform", terraform(root.at("values")))
                : new DiscoveredDroplets("Terraform", outputs(root));
    }

    private static ListingJson parse(String file, String text) {
        try {
            return ListingJson.parse(text);
        } catch (YAMLException | IllegalArgumentException e) {
            Problems problems = new Problems(file);
            YamlErrors.report(e, problems);
            InventoryProblem problem = problems.sorted().get(0);
            throw new InvalidListingException(file + ":" + problem.line() + ":" + problem.column()
                    + ": this is not JSON: " + problem.fault() + "; " + InvalidListingException.EXPECTED);
        }
    }

    /** Returns the droplets of the state and its modules; if there are none, those of the state's outputs. */
    private static List<DiscoveredDroplet> terraform(ListingJson values) {
        List<DiscoveredDroplet> droplets = new ArrayList<>();
        module(values.at("root_module"), droplets);
        return droplets.isEmpty() ? outputs(values.at("outputs")) : droplets;
    }

    private static void module(ListingJson module, List<DiscoveredDroplet> droplets) {
        for (ListingJson resource : module.at("resources").items()) {
            if (resource.at("type").text().equals("digitalocean_droplet")) {
                DiscoveredDroplet droplet = DiscoveredDroplet.of(resource.at("values"), "", Set.of());
                if (!droplets.contains(droplet)) {
                    droplets.add(droplet);
                }
            }
        }
        module.at("child_modules").items().forEach(child -> module(child, droplets));
    }

    /**
     * Returns the droplets of outputs, which are objects with a value; without any, reads the root itself as such a
     * value.
     */
    private static List<DiscoveredDroplet> outputs(ListingJson root) {
        List<DiscoveredDroplet> droplets = new ArrayList<>();
        root.entries().forEach((name, output) -> {
            if (output.at("value").isMapping() || output.at("value").isList()) {
                droplets.addAll(objects(output.at("value")));
            }
        });
        return droplets.isEmpty() ? objects(root) : droplets;
    }

    /** Returns the droplets of a list of objects with names, a mapping from names to objects, or one object. */
    private static List<DiscoveredDroplet> objects(ListingJson value) {
        List<DiscoveredDroplet> droplets = new ArrayList<>();
        value.items().stream()
                .filter(ListingJson::isMapping)
                .forEach(d -> droplets.add(DiscoveredDroplet.of(d, "", Set.of())));
        value.entries().forEach((name, inner) -> {
            if (inner.isMapping()) {
                droplets.add(DiscoveredDroplet.of(inner, name, Set.of()));
            }
        });
        droplets.removeIf(d -> d.publicIp().isEmpty() && d.privateIp().isEmpty() && !value.isList());
        if (droplets.isEmpty() && value.isMapping()) {
            droplets.add(DiscoveredDroplet.of(value, "", Set.of()));
            droplets.removeIf(d -> d.name().isEmpty()
                    || (d.publicIp().isEmpty() && d.privateIp().isEmpty()));
        }
        return droplets;
    }

    /** Returns every host. Its tags are the groups that contain it, directly or through other groups. */
    private static List<DiscoveredDroplet> ansible(ListingJson root) {
        Map<String, ListingJson> variables = root.at("_meta").at("hostvars").entries();
        Map<String, ListingJson> groups = root.entries();
        Map<String, Set<String>> groupsOf = new HashMap<>();
        Set<String> hosts = new LinkedHashSet<>();
        groups.keySet()
                .forEach(group -> members(group, groups, new LinkedHashSet<>()).forEach(host -> {
                    hosts.add(host);
                    groupsOf.computeIfAbsent(host, h -> new LinkedHashSet<>()).add(group);
                }));
        hosts.addAll(variables.keySet());
        return hosts.stream()
                .map(host -> {
                    ListingJson known = variables.getOrDefault(host, new ListingJson(null));
                    DiscoveredDroplet listed = DiscoveredDroplet.of(known, host, groupsOf.getOrDefault(host, Set.of()));
                    return listed.publicIp().isEmpty() && Ipv4.parse(host).isPresent()
                            ? new DiscoveredDroplet(host, host, listed.privateIp(), listed.ssh(), listed.tags())
                            : listed;
                })
                .toList();
    }

    private static Set<String> members(String group, Map<String, ListingJson> groups, Set<String> visited) {
        Set<String> members = new LinkedHashSet<>();
        ListingJson entry = groups.get(group);
        if (entry != null && visited.add(group)) {
            entry.at("hosts").items().forEach(host -> members.add(host.text()));
            entry.at("children").items().forEach(child -> members.addAll(members(child.text(), groups, visited)));
        }
        return members;
    }
}
