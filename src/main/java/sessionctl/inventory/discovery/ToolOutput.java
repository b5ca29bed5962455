package sessionctl.inventory.discovery;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.YAMLException;
import sessionctl.inventory.Ipv4;
import sessionctl.inventory.yaml.InventoryProblem;
import sessionctl.inventory.yaml.Problems;
import sessionctl.inventory.yaml.QuotedText;
import sessionctl.inventory.yaml.YamlErrors;

/** A finder of droplets in the output of another tool, or in a list. */
public final class ToolOutput {
    private static final int MAX_ERROR = 150;

    /** The keys of errors, those with more detail first. */
    private static final List<String> ERROR_KEYS =
            List.of("errors", "error", "diagnostics", "detail", "message", "msg", "summary", "@message", "stderr");

    private ToolOutput() {}

    /**
     * Reads the output of {@code doctl compute droplet list -o json}, {@code terraform show -json}, {@code terraform
     * output -json} or {@code ansible-inventory --list}, a state file of Terraform, or lines of name, public and private
     * address.
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
            List<DiscoveredDroplet> listed = root.items().stream()
                    .filter(ListingJson::isMapping)
                    .map(d -> DiscoveredDroplet.of(d, "", Set.of()))
                    .toList();
            return new DiscoveredDroplets(
                    doctl ? "doctl" : "your list", listed.isEmpty() ? TerraformOutputs.of(root) : listed);
        }
        if (root.at("_meta").at("hostvars").isMapping()) {
            return new DiscoveredDroplets("Ansible", ansible(root));
        }
        if (root.at("planned_values").isMapping()) {
            throw new InvalidListingException(
                    file + ": is a plan, which does not contain the addresses yet; expected the output of terraform"
                            + " show -json without a file");
        }
        DiscoveredDroplets listing = new DiscoveredDroplets("Terraform", terraform(root));
        String error = listing.droplets().isEmpty() ? errorIn(root) : "";
        if (!error.isEmpty()) {
            throw new InvalidListingException(file + ": is no listing, but reports an error: "
                    + QuotedText.visible('"' + QuotedText.cut(error, MAX_ERROR) + '"'));
        }
        return listing;
    }

    /** Returns the error that a tool or DigitalOcean's API reports in JSON; empty if there is none. */
    private static String errorIn(ListingJson value) {
        if (value.isEmpty() || !value.text().isEmpty()) {
            return value.text();
        }
        Stream<ListingJson> inner =
                Stream.concat(value.items().stream(), ERROR_KEYS.stream().map(value::at));
        return inner.map(ToolOutput::errorIn)
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("");
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

    /** Returns the droplets of a state; if there are none, those of its outputs. */
    private static List<DiscoveredDroplet> terraform(ListingJson root) {
        ListingJson values = root.at("values");
        if (values.isMapping()) {
            List<DiscoveredDroplet> droplets = TerraformState.shown(values);
            return droplets.isEmpty() ? TerraformOutputs.of(values.at("outputs")) : droplets;
        }
        if (root.at("resources").isList() || root.at("modules").isList()) {
            List<DiscoveredDroplet> droplets = TerraformState.file(root);
            return droplets.isEmpty() ? TerraformOutputs.of(root.at("outputs")) : droplets;
        }
        return TerraformOutputs.of(root);
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
                            ? listed.withPublicIp(host)
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
