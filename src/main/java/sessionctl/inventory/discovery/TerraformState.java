package sessionctl.inventory.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the droplets among the managed resources of Terraform's state, in any of its forms. */
final class TerraformState {
    private static final String DROPLET = "digitalocean_droplet";

    /** Resource types of other providers that are servers, by a word in their name. */
    private static final Set<String> SERVERS =
            Set.of("droplet", "server", "instance", "machine", "vm", "linode", "node");

    private static final String DATA_SOURCE = "data";

    /**
     * A server of the state.
     *
     * @param address the resource's address, such as {@code module.web["fra"].digitalocean_droplet.this[0]}
     * @param index the index of count or for_each; empty if there is none
     */
    private record Resource(String type, String address, String index, DiscoveredDroplet droplet) {
        /** Returns the parts of the address that a droplet's name can contain. */
        String nameFromAddress() {
            return cleaned(address.replaceAll("(?:^|(?<=[.]))(?:module|" + Pattern.quote(type) + ")[.]", ""));
        }
    }

    private final List<Resource> resources = new ArrayList<>();

    private TerraformState() {}

    /** Returns the droplets in the output of {@code terraform show -json}, below {@code values}. */
    static List<DiscoveredDroplet> shown(ListingJson values) {
        TerraformState state = new TerraformState();
        state.addModule(values.at("root_module"));
        return state.droplets();
    }

    /** Returns the droplets in a state file, terraform.tfstate, of the versions 3 and 4. */
    static List<DiscoveredDroplet> file(ListingJson root) {
        TerraformState state = new TerraformState();
        root.at("resources").items().forEach(state::addInstances);
        root.at("modules")
                .items()
                .forEach(module -> module.at("resources").entries().forEach((address, resource) -> {
                    if (!address.startsWith(DATA_SOURCE + ".")) {
                        ListingJson attributes = resource.at("primary").at("attributes");
                        state.add(resource.at("type").text(), address, "", attributes);
                    }
                }));
        return state.droplets();
    }

    private void addModule(ListingJson module) {
        for (ListingJson resource : module.at("resources").items()) {
            if (!resource.at("mode").text().equals(DATA_SOURCE)) {
                add(
                        resource.at("type").text(),
                        resource.at("address").text(),
                        resource.at("index").text(),
                        resource.at("values"));
            }
        }
        module.at("child_modules").items().forEach(this::addModule);
    }

    private void addInstances(ListingJson resource) {
        String module = resource.at("module").text();
        String type = resource.at("type").text();
        String address = (module.isEmpty() ? "" : module + ".") + type + "."
                + resource.at("name").text();
        if (!resource.at("mode").text().equals(DATA_SOURCE)) {
            for (ListingJson instance : resource.at("instances").items()) {
                String index = instance.at("index_key").text();
                add(type, address + (index.isEmpty() ? "" : "[" + index + "]"), index, instance.at("attributes"));
            }
        }
    }

    private void add(String type, String address, String index, ListingJson attributes) {
        if (Stream.of(type.split("_")).anyMatch(SERVERS::contains)) {
            Resource resource = new Resource(type, address, index, DiscoveredDroplet.of(attributes, "", Set.of()));
            boolean known = resources.stream().anyMatch(r -> r.droplet.equals(resource.droplet));
            if (!known && (type.equals(DROPLET) || resource.droplet.isPlaced())) {
                resources.add(resource);
            }
        }
    }

    /** Returns the droplets of DigitalOcean; if there are none, the servers of other providers. */
    private List<DiscoveredDroplet> droplets() {
        boolean own = resources.stream().anyMatch(r -> r.type.equals(DROPLET));
        return named(
                resources.stream().filter(r -> !own || r.type.equals(DROPLET)).toList());
    }

    /** Names the droplets as their provider does. Where that name is missing or not unique, it gets the index or address. */
    private static List<DiscoveredDroplet> named(List<Resource> chosen) {
        List<String> names = chosen.stream().map(r -> r.droplet.name()).toList();
        List<String> indexed = chosen.stream()
                .map(r -> cleaned(r.droplet.name() + "-" + r.index))
                .toList();
        List<DiscoveredDroplet> named = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            Resource resource = chosen.get(i);
            String name = isUnique(names, i)
                    ? names.get(i)
                    : !names.get(i).isEmpty() && isUnique(indexed, i) ? indexed.get(i) : resource.nameFromAddress();
            named.add(resource.droplet.named(name));
        }
        return named;
    }

    private static boolean isUnique(List<String> names, int at) {
        String name = names.get(at);
        return !name.isEmpty()
                && names.stream().filter(other -> other.equalsIgnoreCase(name)).count() == 1;
    }

    private static String cleaned(String name) {
        return name.replaceAll("[^A-Za-z0-9.-]+|[.]", "-")
                .replaceAll("-{2,}", "-")
                .replaceAll("^-|-$", "");
    }
}
