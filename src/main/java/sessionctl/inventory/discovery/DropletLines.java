package sessionctl.inventory.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import sessionctl.inventory.yaml.QuotedText;

/** A parser of lines with name, public and private address, as people write them and doctl prints its tables. */
final class DropletLines {
    private static final Pattern HEAD = Pattern.compile("(?i)name[\\s,;]+public\\S*(\\s+ip\\S*)?[\\s,;]+private.*");
    private static final Pattern BETWEEN = Pattern.compile("\\s*[,;]\\s*|\\s+");

    private DropletLines() {}

    static List<DiscoveredDroplet> read(String file, String text) {
        List<DiscoveredDroplet> droplets = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        List<String> lines = text.lines().map(DropletLines::quoteLine).toList();
        for (int i = 0; i < lines.size(); i++) {
            String[] words = BETWEEN.split(lines.get(i), -1);
            boolean head = droplets.isEmpty() && HEAD.matcher(lines.get(i)).matches();
            if (isDroplet(words) && !head) {
                droplets.add(DiscoveredDroplet.at(words[0], words[1], words.length == 2 ? "" : words[2]));
            } else if (!lines.get(i).isEmpty() && !head) {
                refused.add(file + ":" + (i + 1) + ": " + QuotedText.visible(QuotedText.of(lines.get(i)))
                        + " is not a droplet");
            }
        }
        if (!refused.isEmpty()) {
            String more = refused.size() == 1 ? "" : ", and " + (refused.size() - 1) + " more lines are not";
            throw new InvalidListingException(refused.get(0) + more + "; " + InvalidListingException.EXPECTED);
        }
        return droplets;
    }

    private static String quoteLine(String line) {
        return line.replaceFirst("(^|\\s)#.*", "").strip();
    }

    /** Returns true if the words can be a droplet. Without a third word, it has no private address. */
    private static boolean isDroplet(String[] words) {
        return (words.length == 2 || words.length == 3) && !words[0].endsWith(":");
    }
}
