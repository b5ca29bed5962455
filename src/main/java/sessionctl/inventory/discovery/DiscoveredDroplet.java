package sessionctl.inventory.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.inventory.Ipv4;
import sessionctl.inventory.Ipv6;

/**
 * A droplet as another tool lists it; nothing of it is checked.
 *
 * @param name empty if the tool has none
 * @param publicIp empty if there is none
 * @param privateIp empty if there is none
 * @param ssh the SSH settings, by the keys of the inventory
 * @param tags tags and groups by which droplets can be chosen
 */
record DiscoveredDroplet(String name, String publicIp, String privateIp, Map<String, String> ssh, Set<String> tags) {
    private static final List<String> PUBLIC = List.of(
            "ansible_host",
            "public_ip",
            "public_ipv4",
            "public_address",
            "public_ip_address",
            "ipv4_address",
            "public",
            "ipv6_address");
    private static final List<String> PRIVATE = List.of(
            "private_ip",
            "private_ipv4",
            "private_address",
            "private_ip_address",
            "ipv4_address_private",
            "internal_ip",
            "vpc_ip",
            "private");
    private static final Map<String, List<String>> SSH = Map.of(
            "user", List.of("ansible_user", "ansible_ssh_user", "ssh_user"),
            "port", List.of("ansible_port", "ansible_ssh_port", "ssh_port"),
            "key", List.of("ansible_ssh_private_key_file", "ansible_private_key_file"));

    DiscoveredDroplet {
        ssh = Map.copyOf(ssh);
        tags = Set.copyOf(tags);
    }

    /**
     * Reads one droplet of a tool: the network lists of doctl and Ansible, or a key for each address.
     *
     * @param defaultName the droplet's name; if empty, the name is read from the droplet
     * @param groups the groups that it belongs to, in addition to its tags
     */
    static DiscoveredDroplet of(ListingJson droplet, String defaultName, Set<String> groups) {
        List<String> publicly = values(droplet, PUBLIC);
        List<String> privately = values(droplet, PRIVATE);
        for (String networks : List.of("networks", "do_networks")) {
            for (String family : List.of("v4", "v6")) {
                for (ListingJson address : droplet.at(networks).at(family).items()) {
                    boolean isPrivate = address.at("type").text().equals("private");
                    (isPrivate ? privately : publicly)
                            .add(address.at("ip_address").text());
                }
            }
        }
        Map<String, String> ssh = new LinkedHashMap<>();
        SSH.forEach((key, names) -> values(droplet, names).stream().findFirst().ifPresent(v -> ssh.put(key, v)));
        Set<String> tags = new LinkedHashSet<>(groups);
        List.of("tags", "do_tags").forEach(key -> droplet.at(key).items().forEach(tag -> tags.add(tag.text())));
        String name = defaultName.isEmpty() ? first(values(droplet, List.of("name", "hostname"))) : defaultName;
        return new DiscoveredDroplet(name, best(publicly), best(privately), ssh, tags);
    }

    private static List<String> values(ListingJson droplet, List<String> keys) {
        return keys.stream()
                .map(key -> droplet.at(key).text())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** Returns the first value that is an address; if there is none, the first value. */
    private static String best(List<String> values) {
        return values.stream()
                .filter(text -> Ipv4.parse(text).isPresent() || Ipv6.parse(text).isPresent())
                .findFirst()
                .orElseGet(() -> first(values));
    }

    private static String first(List<String> values) {
        return values.isEmpty() ? "" : values.get(0);
    }
}
