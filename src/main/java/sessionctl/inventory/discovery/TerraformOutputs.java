package sessionctl.inventory.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import sessionctl.inventory.Ipv4;
import sessionctl.inventory.Ipv6;

/**
 * Finds droplets in the values of outputs, which have no fixed shape: objects, mappings from names to objects or
 * addresses, lists of names and addresses in the same order, and any of these within each other.
 */
final class TerraformOutputs {
    private static final int MAX_DEPTH = 20;

    /** Words of an output's name that state what it contains, and not of what. */
    private static final Pattern ROLE = Pattern.compile(
            "(?i)(?:public|private|internal|external|vpc|names?|hostnames?"
                    + "|ips?|ipv[46]|ipv[46]s|addr(?:ess(?:es)?)?|droplets?|hosts?|servers?|by|map|list|all|networks?|nat|value)");

    private static final Pattern PRIVATE_WORD = Pattern.compile("(?i)private|internal|vpc");
    private static final Pattern PRIVATE_ADDRESS =
            Pattern.compile("10[.].*|192[.]168[.].*|172[.](?:1[6-9]|2[0-9]|3[01])[.].*|[fF][cdCD].*:.*");

    private final List<DiscoveredDroplet> droplets = new ArrayList<>();

    /** The names and addresses of droplets that are listed apart from each other, by what they are of. */
    private final Map<String, Columns> groups = new TreeMap<>();

    /** Lists of the same group, of which each has one value for a droplet, by the droplet's name or position. */
    private static final class Columns {
        private final Map<String, String> names = new LinkedHashMap<>();
        private final Map<String, String> publicIps = new LinkedHashMap<>();
        private final Map<String, String> privateIps = new LinkedHashMap<>();
    }

    private TerraformOutputs() {}

    /** Returns the droplets in these outputs, or in the value of one output. */
    static List<DiscoveredDroplet> of(ListingJson root) {
        TerraformOutputs found = new TerraformOutputs();
        found.read("", unwrapped(root), 0);
        found.groups.forEach(found::join);
        return found.droplets;
    }

    /** Returns the value of an output, which stands beside its type. */
    private static ListingJson unwrapped(ListingJson output) {
        boolean isOutput =
                !output.at("type").isEmpty() || !output.at("sensitive").isEmpty();
        return isOutput && !output.at("value").isEmpty() ? output.at("value") : output;
    }

    /** Reads a value. Its name is that of the droplet, if it is one and has no other. */
    private void read(String name, ListingJson value, int depth) {
        if (depth > MAX_DEPTH || isRows(value)) {
            return;
        }
        DiscoveredDroplet droplet = DiscoveredDroplet.of(value, "", Set.of());
        if (droplet.isPlaced() && !(name + droplet.name()).isEmpty()) {
            droplets.add(droplet.name().isEmpty() ? droplet.named(name) : droplet);
            return;
        }
        List<ListingJson> items = value.items();
        for (int i = 0; i < items.size(); i++) {
            readItem(name(group(name), i + 1), items.get(i), depth + 1);
        }
        value.entries().forEach((key, inner) -> {
            ListingJson plain = unwrapped(inner);
            if (DiscoveredDroplet.of(plain, "", Set.of()).isPlaced() || !isColumn(key, plain)) {
                read(key, plain, depth + 1);
            }
        });
    }

    /** Reads an item of a list: a droplet, or the list of its name and addresses. */
    private void readItem(String name, ListingJson item, int depth) {
        List<String> words = item.items().stream().map(ListingJson::text).toList();
        if (words.stream().anyMatch(TerraformOutputs::isAddress)) {
            String own =
                    words.stream().filter(word -> !isAddress(word)).findFirst().orElse(name);
            droplets.add(row(own, words));
        } else if (item.isMapping() || item.isList()) {
            read(name, item, depth);
        }
    }

    private static DiscoveredDroplet row(String name, List<String> words) {
        String privately = words.stream()
                .filter(w -> isAddress(w) && isPrivate("", w))
                .findFirst()
                .orElse("");
        String publicly = words.stream()
                .filter(w -> isAddress(w) && !w.equals(privately))
                .findFirst()
                .orElse("");
        return DiscoveredDroplet.at(name, publicly, privately);
    }

    /** Returns true and takes the values, if they are names or addresses of several droplets. */
    private boolean isColumn(String key, ListingJson value) {
        Map<String, String> values = new LinkedHashMap<>();
        List<ListingJson> items = value.items();
        for (int i = 0; i < items.size(); i++) {
            values.put("#" + (i + 1), items.get(i).text());
        }
        value.entries().forEach((name, inner) -> values.put(name, inner.text()));
        if (!value.text().isEmpty()) {
            values.put("", value.text());
        }
        values.values().removeIf(String::isEmpty);
        boolean complete =
                values.size() == Math.max(1, items.size() + value.entries().size());
        boolean addresses = complete && values.values().stream().allMatch(TerraformOutputs::isAddress);
        boolean names =
                complete && value.isList() && key.toLowerCase(Locale.ROOT).contains("name");
        if (!addresses && !names) {
            return false;
        }
        Columns columns = groups.computeIfAbsent(group(key), group -> new Columns());
        if (!addresses) {
            columns.names.putAll(values);
        } else if (values.values().stream().allMatch(address -> isPrivate(key, address))) {
            columns.privateIps.putAll(values);
        } else {
            columns.publicIps.putAll(values);
        }
        return true;
    }

    /** Returns true and takes the values, if they are a mapping from names to a droplet's addresses. */
    private boolean isRows(ListingJson value) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        value.entries()
                .forEach((name, row) -> rows.put(
                        name, row.items().stream().map(ListingJson::text).toList()));
        boolean all = rows.entrySet().stream().allMatch(row -> !isRole(row.getKey()) && isPair(row.getValue()));
        if (all) {
            rows.forEach((name, addresses) -> droplets.add(row(name, addresses)));
        }
        return all && !rows.isEmpty();
    }

    private static boolean isPair(List<String> words) {
        return words.size() > 1
                && words.stream().allMatch(TerraformOutputs::isAddress)
                && words.stream().filter(address -> isPrivate("", address)).count() == 1;
    }

    private static boolean isRole(String key) {
        return !group(key).equals(key.toLowerCase(Locale.ROOT));
    }

    private void join(String group, Columns columns) {
        Set<String> positions = new LinkedHashSet<>(columns.publicIps.keySet());
        positions.addAll(columns.privateIps.keySet());
        for (String position : positions) {
            DiscoveredDroplet droplet = DiscoveredDroplet.at(
                    columns.names.getOrDefault(position, nameAt(group, position)),
                    columns.publicIps.getOrDefault(position, ""),
                    columns.privateIps.getOrDefault(position, ""));
            // A single address is more often that of something else, such as a load balancer.
            if (!position.isEmpty()
                    || !(droplet.publicIp().isEmpty() || droplet.privateIp().isEmpty())) {
                droplets.add(droplet);
            }
        }
    }

    private static String nameAt(String group, String position) {
        if (position.startsWith("#")) {
            return name(group, Integer.parseInt(position.substring(1)));
        }
        return position.isEmpty() && !group.isEmpty() ? group : position;
    }

    private static String name(String group, int number) {
        return (group.isEmpty() ? "droplet" : group) + "-" + number;
    }

    /** Returns the words of a name without those for its role, so that lists of the same droplets have the same. */
    private static String group(String key) {
        return String.join(
                "-",
                List.of(key.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")).stream()
                        .filter(word -> !word.isEmpty() && !ROLE.matcher(word).matches())
                        .toList());
    }

    private static boolean isAddress(String text) {
        return Ipv4.parse(text).isPresent() || Ipv6.parse(text).isPresent();
    }

    private static boolean isPrivate(String key, String address) {
        return PRIVATE_WORD.matcher(key).find()
                || PRIVATE_ADDRESS.matcher(address).matches();
    }
}
