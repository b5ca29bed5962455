package sessionctl.inventory.discovery;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import sessionctl.inventory.Glob;
import sessionctl.inventory.Names;
import sessionctl.inventory.yaml.QuotedText;

/**
 * The droplets that another tool lists.
 *
 * @param tool the tool's name, as in {@code The droplets at the end are those of doctl}
 */
public record DiscoveredDroplets(String tool, List<DiscoveredDroplet> droplets) {
    public DiscoveredDroplets {
        droplets = List.copyOf(droplets);
    }

    /**
     * Returns the droplets that have one of the tags and whose name matches one of the patterns. An empty list of
     * either chooses all.
     *
     * @param patterns with {@code *} for any characters and {@code ?} for one
     * @throws InvalidListingException if no droplet is chosen
     */
    public DiscoveredDroplets select(List<String> tags, List<String> patterns) {
        List<DiscoveredDroplet> chosen = droplets.stream()
                .filter(d -> tags.isEmpty() || tags.stream().anyMatch(d.tags()::contains))
                .filter(d -> patterns.isEmpty() || patterns.stream().anyMatch(p -> Glob.matches(p, d.name())))
                .toList();
        if (chosen.isEmpty()) {
            throw new InvalidListingException("none of the " + droplets.size()
                    + " listed droplets matches --tag and --name; there are " + names() + ", with " + tags());
        }
        return new DiscoveredDroplets(tool, chosen);
    }

    private String names() {
        return shortened(
                new TreeSet<>(droplets.stream().map(DiscoveredDroplet::name).toList()));
    }

    private String tags() {
        Set<String> tags = new TreeSet<>();
        droplets.forEach(d -> tags.addAll(d.tags()));
        return tags.isEmpty() ? "no tags" : "the tags " + shortened(tags);
    }

    private static String shortened(Set<String> words) {
        return Names.some(
                words.stream()
                        .map(word -> QuotedText.visible(QuotedText.cut(word)))
                        .toList(),
                10);
    }
}
