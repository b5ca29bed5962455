package sessionctl.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Lines of name, public and private address, as people note them and doctl prints them for people. */
final class DropletLines {
    private static final Pattern HEAD = Pattern.compile("(?i)name[\\s,;]+public\\S*(\\s+ip\\S*)?[\\s,;]+private.*");
    private static final Pattern BETWEEN = Pattern.compile("\\s*[,;]\\s*|\\s+");

    private DropletLines() {}

    static List<Listed> read(String file, String text) {
        List<Listed> droplets = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        List<String> lines = text.lines().map(DropletLines::said).toList();
        for (int i = 0; i < lines.size(); i++) {
            String[] words = BETWEEN.split(lines.get(i), -1);
            boolean head = droplets.isEmpty() && HEAD.matcher(lines.get(i)).matches();
            if (isDroplet(words) && !head) {
                droplets.add(new Listed(words[0], words[1], words.length == 2 ? "" : words[2], Map.of(), Set.of()));
            } else if (!lines.get(i).isEmpty() && !head) {
                refused.add(file + ":" + (i + 1) + ": " + Quoted.visible(Quoted.of(lines.get(i))) + " is no droplet");
            }
        }
        if (!refused.isEmpty()) {
            String more = refused.size() == 1 ? "" : ", nor is what " + (refused.size() - 1) + " other lines say";
            throw new UnreadableListing(refused.get(0) + more + "; " + UnreadableListing.EXPECTED);
        }
        return droplets;
    }

    private static String said(String line) {
        return line.replaceFirst("(^|\\s)#.*", "").strip();
    }

    /** Where the third word is missing, there is no private address. */
    private static boolean isDroplet(String[] words) {
        return (words.length == 2 || words.length == 3) && !words[0].endsWith(":");
    }
}
