package sessionctl.facts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What systemctl show says of several units: properties line by line, an empty line between units. */
final class Units {
    private Units() {}

    static List<Map<String, String>> parse(String text) {
        List<Map<String, String>> units = new ArrayList<>();
        for (String block : text.split("\n\n+")) {
            Map<String, String> unit = new LinkedHashMap<>();
            Sections.lines(block).stream().filter(line -> line.contains("=")).forEach(line -> {
                String[] sides = line.split("=", 2);
                unit.put(sides[0], sides[1]);
            });
            if (!unit.isEmpty()) {
                units.add(unit);
            }
        }
        return units;
    }

    /** A unit that is on its way up does not run yet: starting it waits for it, and says when it never comes up. */
    static boolean running(Map<String, String> unit) {
        return List.of("active", "reloading").contains(unit.getOrDefault("ActiveState", "")) || waitsForFile(unit);
    }

    /**
     * Whether its program and all of its ExecStartPost have been started and none of the latter runs any more, so that
     * systemd waits for nothing but the file that PIDFile= names (systemd.service(5)).
     */
    private static boolean waitsForFile(Map<String, String> unit) {
        return unit.getOrDefault("SubState", "").equals("start-post")
                && unit.getOrDefault("ControlPID", "").equals("0")
                && !unit.getOrDefault("MainPID", "0").equals("0");
    }

    /** One that has failed and is to be tried again later is activating, too, but does nothing. */
    static boolean starting(Map<String, String> unit) {
        return unit.getOrDefault("ActiveState", "").equals("activating")
                && unit.getOrDefault("SubState", "").startsWith("start");
    }

    static boolean enabled(Map<String, String> unit) {
        return List.of("enabled", "enabled-runtime", "alias", "static", "generated")
                .contains(unit.getOrDefault("UnitFileState", ""));
    }
}
