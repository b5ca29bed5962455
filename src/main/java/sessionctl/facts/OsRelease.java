package sessionctl.facts;

import java.util.LinkedHashMap;
import java.util.Map;

/** os-release(5). */
final class OsRelease {
    private OsRelease() {}

    static Map<String, String> parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        Sections.lines(text).stream().filter(line -> line.contains("=")).forEach(line -> {
            String[] sides = line.split("=", 2);
            values.put(sides[0].strip(), Sections.cut(sides[1].strip().replaceAll("^([\"'])(.*)\\1$", "$2")));
        });
        return values;
    }
}
