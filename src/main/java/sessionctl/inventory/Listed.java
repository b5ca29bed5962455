package sessionctl.inventory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A droplet as another tool lists it, nothing of it checked.
 *
 * @param publicIp empty where there is none
 * @param privateIp empty where there is none
 * @param ssh by the inventory's keys
 */
record Listed(String name, String publicIp, String privateIp, Map<String, String> ssh, Set<String> tags) {
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

    Listed {
        ssh = Map.copyOf(ssh);
        tags = Set.copyOf(tags);
    }

    /**
     * Reads what a tool says of one droplet: doctl's and Ansible's lists of networks, or keys with an address each.
     *
     * @param usualName where it says no name
     * @param groups what it belongs to besides
     */
    static Listed of(Json droplet, String usualName, Set<String> groups) {
        List<String> publicly = values(droplet, PUBLIC);
        List<String> privately = values(droplet, PRIVATE);
        for (String networks : List.of("networks", "do_networks")) {
            for (String family : List.of("v4", "v6")) {
                for (Json address : droplet.at(networks).at(family).items()) {
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
        String name =
                usualName.isEmpty() ? String.join("", first(values(droplet, List.of("name", "hostname")))) : usualName;
        return new Listed(name, best(publicly), best(privately), ssh, tags);
    }

    private static List<String> first(List<String> values) {
        return values.stream().limit(1).toList();
    }

    private static List<String> values(Json droplet, List<String> keys) {
        Map<String, Json> entries = droplet.entries();
        List<String> values = new ArrayList<>();
        for (String key : keys) {
            Json value = entries.get(key);
            if (value != null && !value.text().isEmpty()) {
                values.add(value.text());
            }
        }
        return values;
    }

    /** The first that is an address, else the first. */
    private static String best(List<String> values) {
        return values.stream()
                .filter(text -> Ipv4.parse(text).isPresent() || Ipv6.parse(text).isPresent())
                .findFirst()
                .orElseGet(() -> String.join("", first(values)));
    }
}
