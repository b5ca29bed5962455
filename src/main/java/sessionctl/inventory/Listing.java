package sessionctl.inventory;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The droplets that another tool lists.
 *
 * @param tool what it was, as in {@code The droplets at the end are those of doctl}
 */
public record Listing(String tool, List<Listed> droplets) {
    /** Copies the droplets. */
    public Listing {
        droplets = List.copyOf(droplets);
    }

    /**
     * Reads what {@code doctl compute droplet list -o json}, {@code terraform show -json}, {@code terraform output -json} or
     * {@code ansible-inventory --list} prints, or lines of name, public and private address.
     *
     * @param file the name by which problems call it
     * @throws UnreadableListing when it is none of them, or lists nothing
     */
    public static Listing read(String file, String text) {
        String whole = text.startsWith("\uFEFF") ? text.substring(1) : text;
        boolean json =
                whole.stripLeading().startsWith("{") || whole.stripLeading().startsWith("[");
        Listing listing =
                json ? ToolOutput.read(file, whole) : new Listing("your list", DropletLines.read(file, whole));
        if (listing.droplets.isEmpty()) {
            throw new UnreadableListing(file + ": lists no droplet; " + UnreadableListing.EXPECTED);
        }
        return listing;
    }

    /**
     * The droplets that have one of the tags and a name like one of the patterns; an empty list of either chooses all.
     *
     * @param patterns with {@code *} for any letters and {@code ?} for one
     * @throws UnreadableListing when there is none
     */
    public Listing chosen(List<String> tags, List<String> patterns) {
        List<Listed> chosen = droplets.stream()
                .filter(d -> tags.isEmpty() || tags.stream().anyMatch(d.tags()::contains))
                .filter(d -> patterns.isEmpty() || patterns.stream().anyMatch(p -> Glob.matches(p, d.name())))
                .toList();
        if (chosen.isEmpty()) {
            throw new UnreadableListing("none of the " + droplets.size() + " listed droplets is chosen by --tag and"
                    + " --name; there are " + names() + ", with " + tags());
        }
        return new Listing(tool, chosen);
    }

    private String names() {
        return shortened(new TreeSet<>(droplets.stream().map(Listed::name).toList()));
    }

    private String tags() {
        Set<String> tags = new TreeSet<>();
        droplets.forEach(d -> tags.addAll(d.tags()));
        return tags.isEmpty() ? "no tags" : "the tags " + shortened(tags);
    }

    private static String shortened(Set<String> words) {
        String some = words.stream()
                .limit(10)
                .map(word -> Quoted.visible(Quoted.cut(word)))
                .collect(Collectors.joining(", "));
        return words.size() > 10 ? some + " and " + (words.size() - 10) + " more" : some;
    }
}
