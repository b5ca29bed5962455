package sessionctl.facts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parses the output of systemctl show for several units: one property on each line, an empty line between units. */
final class SystemdUnits {
    private SystemdUnits() {}

    static List<Map<String, String>> parse(String text) {
        List<Map<String, String>> units = new ArrayList<>();
        for (String block : text.split("\n\n+")) {
            Map<String, String> unit = AnswerSections.properties(block);
            if (!unit.isEmpty()) {
                units.add(unit);
            }
        }
        return units;
    }

    /**
     * Returns true if the unit runs. A starting unit does not run yet: a start command waits for it and reports a
     * failure.
     */
    static boolean running(Map<String, String> unit) {
        return List.of("active", "reloading").contains(unit.getOrDefault("ActiveState", "")) || waitsForFile(unit);
    }

    /**
     * Returns true if systemd only waits for the file in PIDFile= (systemd.service(5)). The unit's program and all of
     * its ExecStartPost commands have been started, and none of the latter still runs.
     */
    private static boolean waitsForFile(Map<String, String> unit) {
        return unit.getOrDefault("SubState", "").equals("start-post")
                && unit.getOrDefault("ControlPID", "").equals("0")
                && !unit.getOrDefault("MainPID", "0").equals("0");
    }

    /**
     * Returns true if the unit is starting. A failed unit that waits for its next try is also activating, but does
     * nothing.
     */
    static boolean starting(Map<String, String> unit) {
        return unit.getOrDefault("ActiveState", "").equals("activating")
                && unit.getOrDefault("SubState", "").startsWith("start");
    }

    static boolean enabled(Map<String, String> unit) {
        return List.of("enabled", "enabled-runtime", "alias", "static", "generated")
                .contains(unit.getOrDefault("UnitFileState", ""));
    }
}
