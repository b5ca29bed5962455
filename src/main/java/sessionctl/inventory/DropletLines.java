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
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String said = line.replaceFirst("(^|\\s)#.*", "").strip();
            String[] words = BETWEEN.split(said, -1);
            if (said.isEmpty() || (droplets.isEmpty() && HEAD.matcher(said).matches())) {
                continue;
            }
            if (words.length < 2 || words.length > 3 || words[0].endsWith(":")) {
                refused.add(file + ":" + number + ": " + Quoted.visible(Quoted.of(said)) + " is no droplet");
            } else {
                droplets.add(new Listed(words[0], words[1], words.length == 2 ? "" : words[2], Map.of(), Set.of()));
            }
        }
        if (!refused.isEmpty()) {
            String more = refused.size() == 1 ? "" : ", nor is what " + (refused.size() - 1) + " other lines say";
            throw new UnreadableListing(refused.get(0) + more + "; " + UnreadableListing.EXPECTED);
        }
        return droplets;
    }
}
