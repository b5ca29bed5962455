package sessionctl.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.error.YAMLException;

/** Finds the droplets in what a tool prints as JSON. */
final class ToolOutput {
    private ToolOutput() {}

    static Listing read(String file, String text) {
        Json root = parse(file, text);
        if (root.isList()) {
            boolean doctl = root.items().stream().anyMatch(d -> d.at("networks").isMapping());
            return new Listing(doctl ? "doctl" : "your list", objects(root));
        }
        if (root.at("_meta").at("hostvars").isMapping()) {
            return new Listing("Ansible", ansible(root));
        }
        if (root.at("planned_values").isMapping()) {
            throw new UnreadableListing(file + ": is a plan, in which addresses are not known yet; expected the state,"
                    + " as terraform show -json without a file prints it");
        }
        return root.at("values").isMapping()
                ? new Listing("Terraform", terraform(root.at("values")))
                : new Listing("Terraform", outputs(root));
    }

    private static Json parse(String file, String text) {
        try {
            return Json.parse(text);
        } catch (YAMLException | IllegalArgumentException e) {
            Problems problems = new Problems(file);
            SyntaxFault.of(e).tell(problems);
            InventoryProblem problem = problems.sorted().get(0);
            throw new UnreadableListing(file + ":" + problem.line() + ":" + problem.column() + ": this is not JSON: "
                    + problem.is() + "; " + UnreadableListing.EXPECTED);
        }
    }

    /** The state's own droplets and those of its modules; where it has none, what its outputs say. */
    private static List<Listed> terraform(Json values) {
        List<Listed> droplets = new ArrayList<>();
        module(values.at("root_module"), droplets);
        return droplets.isEmpty() ? outputs(values.at("outputs")) : droplets;
    }

    private static void module(Json module, List<Listed> droplets) {
        for (Json resource : module.at("resources").items()) {
            if (resource.at("type").text().equals("digitalocean_droplet")) {
                Listed droplet = Listed.of(resource.at("values"), "", Set.of());
                if (!droplets.contains(droplet)) {
                    droplets.add(droplet);
                }
            }
        }
        module.at("child_modules").items().forEach(child -> module(child, droplets));
    }

    /** Outputs, each an object with a value; or such a value alone. */
    private static List<Listed> outputs(Json root) {
        List<Listed> droplets = new ArrayList<>();
        root.entries().forEach((name, output) -> {
            if (output.at("value").isMapping() || output.at("value").isList()) {
                droplets.addAll(objects(output.at("value")));
            }
        });
        return droplets.isEmpty() ? objects(root) : droplets;
    }

    /** A list of objects with names, a mapping from names to objects, or one object. */
    private static List<Listed> objects(Json value) {
        List<Listed> droplets = new ArrayList<>();
        value.items().stream().filter(Json::isMapping).forEach(d -> droplets.add(Listed.of(d, "", Set.of())));
        value.entries().forEach((name, inner) -> {
            if (inner.isMapping()) {
                droplets.add(Listed.of(inner, name, Set.of()));
            }
        });
        droplets.removeIf(d -> d.publicIp().isEmpty() && d.privateIp().isEmpty() && !value.isList());
        if (droplets.isEmpty() && value.isMapping()) {
            droplets.add(Listed.of(value, "", Set.of()));
            droplets.removeIf(d -> d.name().isEmpty()
                    || (d.publicIp().isEmpty() && d.privateIp().isEmpty()));
        }
        return droplets;
    }

    /** Every host; what groups it is in, however deep, is what it can be chosen by. */
    private static List<Listed> ansible(Json root) {
        Map<String, Json> variables = root.at("_meta").at("hostvars").entries();
        Map<String, Json> groups = root.entries();
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
                    Json known = variables.getOrDefault(host, new Json(null));
                    Listed listed = Listed.of(known, host, groupsOf.getOrDefault(host, Set.of()));
                    return listed.publicIp().isEmpty() && Ipv4.parse(host).isPresent()
                            ? new Listed(host, host, listed.privateIp(), listed.ssh(), listed.tags())
                            : listed;
                })
                .toList();
    }

    private static Set<String> members(String group, Map<String, Json> groups, Set<String> visited) {
        Set<String> members = new LinkedHashSet<>();
        Json said = groups.get(group);
        if (said != null && visited.add(group)) {
            said.at("hosts").items().forEach(host -> members.add(host.text()));
            said.at("children").items().forEach(child -> members.addAll(members(child.text(), groups, visited)));
        }
        return members;
    }
}
