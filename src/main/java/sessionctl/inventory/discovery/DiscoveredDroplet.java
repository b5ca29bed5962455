package sessionctl.inventory.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.inventory.Ipv4;
import sessionctl.inventory.Ipv6;
import sessionctl.inventory.JumpHost;

/**
 * A droplet as another tool lists it; nothing of it is checked.
 *
 * @param name empty if the tool has none
 * @param publicIp empty if there is none
 * @param privateIp empty if there is none
 * @param ssh the SSH settings, by the keys of the inventory
 * @param tags tags and groups by which droplets can be chosen
 * @param notes a sentence for each setting that the inventory cannot take over
 */
record DiscoveredDroplet(
        String name, String publicIp, String privateIp, Map<String, String> ssh, Set<String> tags, List<String> notes) {
    private static final List<String> PUBLIC = List.of(
            "ansible_host",
            "public_ip",
            "public_ipv4",
            "public_address",
            "public_ip_address",
            "ipv4_address",
            "public",
            "main_ip",
            "nat_ip",
            "access_ip_v4",
            "external_ip",
            "ip_address",
            "ip",
            "address",
            "ipv6_address");
    private static final List<String> PRIVATE = List.of(
            "private_ip",
            "private_ipv4",
            "private_address",
            "private_ip_address",
            "ipv4_address_private",
            "internal_ip",
            "internal_address",
            "network_ip",
            "vpc_ip",
            "private");
    /** The key under which {@code ansible-inventory --list} shows a value that Ansible Vault has encrypted. */
    private static final String VAULT = "__ansible_vault";

    private static final List<String> NAMES = List.of("name", "hostname", "label");
    private static final Map<String, List<String>> SSH = Map.of(
            "user", List.of("ansible_user", "ansible_ssh_user", "ssh_user"),
            "port", List.of("ansible_port", "ansible_ssh_port", "ssh_port"),
            "key", List.of("ansible_ssh_private_key_file", "ansible_private_key_file"));

    private static final List<String> SSH_ARGUMENTS =
            List.of("ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args");

    /** A jump host in arguments of ssh(1). */
    private static final Pattern JUMP =
            Pattern.compile("(?:^|\\s)(?:-J\\s*|-o\\s*[\"']?ProxyJump[\\s=]+)[\"']?([^\\s\"']+)[\"']?");

    DiscoveredDroplet {
        ssh = Map.copyOf(ssh);
        tags = Set.copyOf(tags);
        notes = List.copyOf(notes);
    }

    /** Returns a droplet of which only the name and the addresses are known. */
    static DiscoveredDroplet at(String name, String publicIp, String privateIp) {
        return new DiscoveredDroplet(name, publicIp, privateIp, Map.of(), Set.of(), List.of());
    }

    DiscoveredDroplet named(String newName) {
        return new DiscoveredDroplet(newName, publicIp, privateIp, ssh, tags, notes);
    }

    DiscoveredDroplet withPublicIp(String address) {
        return new DiscoveredDroplet(name, address, privateIp, ssh, tags, notes);
    }

    /** Returns true if it has an address. */
    boolean isPlaced() {
        return !publicIp.isEmpty() || !privateIp.isEmpty();
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
        List<String> notes = new ArrayList<>();
        SSH.forEach((key, names) -> readSsh(droplet, key, names, ssh, notes));
        readJump(droplet, ssh, notes);
        Stream.concat(PUBLIC.stream(), PRIVATE.stream())
                .filter(key -> !droplet.at(key).at(VAULT).isEmpty())
                .forEach(key -> notes.add(key + " is encrypted (" + VAULT + ")"));
        Set<String> tags = new LinkedHashSet<>(groups);
        List.of("tags", "do_tags").forEach(key -> droplet.at(key).items().forEach(tag -> tags.add(tag.text())));
        String name = defaultName.isEmpty() ? first(values(droplet, NAMES)) : defaultName;
        return new DiscoveredDroplet(name, best(publicly), best(privately), ssh, tags, notes);
    }

    private static void readSsh(
            ListingJson droplet, String key, List<String> names, Map<String, String> ssh, List<String> notes) {
        for (String name : names) {
            ListingJson value = droplet.at(name);
            if (value.isMapping()) {
                notes.add(name + " is encrypted ("
                        + String.join(", ", value.entries().keySet()) + "); set ssh." + key);
            } else if (value.text().contains("{{")) {
                notes.add(name + " is a template, " + value.text() + "; set ssh." + key);
            } else if (!value.text().isEmpty()) {
                ssh.putIfAbsent(key, value.text());
            }
        }
    }

    /** Reads a jump host from arguments of ssh(1). Other arguments become notes, because a login may need them. */
    private static void readJump(ListingJson droplet, Map<String, String> ssh, List<String> notes) {
        for (String name : SSH_ARGUMENTS) {
            ListingJson value = droplet.at(name);
            Matcher jump = JUMP.matcher(value.text());
            boolean found = jump.find() && JumpHost.parse(jump.group(1)).isPresent();
            if (found) {
                ssh.putIfAbsent("jump", jump.group(1));
            }
            String rest = (found ? jump.replaceFirst("") : value.text()).strip();
            if (value.isMapping() || !rest.isEmpty()) {
                notes.add(name + " is not taken over; set ssh.jump, or write it into ~/.ssh/config");
            }
        }
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
