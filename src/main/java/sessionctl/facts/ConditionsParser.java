package sessionctl.facts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sessionctl.state.RunConditions;
import sessionctl.state.RunConditions.FreeSpace;
import sessionctl.state.RunConditions.StartLine;

/** Parses the sections of facts.sh about masked units, the start of memcached and free space. */
final class ConditionsParser {
    /** A line of grep(1) with the names and numbers of lines. */
    private static final Pattern START = Pattern.compile("(/[^:]+):(\\d{1,9}):\\s*(\\S.*)");

    /** A line of df(1): kilobytes, all inodes, free inodes and the mount point; a dash stands for an unknown number. */
    private static final Pattern SPACE =
            Pattern.compile("\\s*(-|\\d{1,17})\\s+(-|\\d{1,17})\\s+(-|\\d{1,17})\\s+(/.*)");

    private static final Pattern READ_ONLY = Pattern.compile("readonly - (/.*)");
    private static final int MAX_LINES = 50;

    private ConditionsParser() {}

    static RunConditions parse(AnswerSections sections) {
        Map<String, String> masked = new LinkedHashMap<>();
        for (Map<String, String> unit : SystemdUnits.parse(sections.texts().getOrDefault("services", ""))) {
            String name = unit.getOrDefault("Id", "").replaceAll("[.]service$", "");
            String state = unit.getOrDefault("UnitFileState", "");
            // A mask in /run has no effect on a unit in /etc, such as those that sessionctl writes.
            if (state.equals("masked") || (state.equals("masked-runtime") && !name.startsWith("sessionctl-"))) {
                masked.put(name, state);
            }
        }
        List<StartLine> starts = matches(sections, "starts", START).stream()
                .map(m -> new StartLine(m.group(1), Integer.parseInt(m.group(2)), m.group(3)))
                // systemd sorts the parts of a unit by their names, regardless of their folders (systemd.unit(5)).
                .sorted(Comparator.comparing(ConditionsParser::order))
                .toList();
        List<FreeSpace> space = matches(sections, "room", SPACE).stream()
                .map(m -> new FreeSpace(m.group(4), number(m.group(1)), inodes(m.group(2), m.group(3))))
                .distinct()
                .toList();
        List<String> readOnly = matches(sections, "room", READ_ONLY).stream()
                .map(m -> m.group(1))
                .toList();
        return new RunConditions(masked, starts, space, readOnly);
    }

    private static String order(StartLine line) {
        return line.file().contains(".d/") ? line.file().substring(line.file().lastIndexOf('/')) : "";
    }

    private static List<Matcher> matches(AnswerSections sections, String section, Pattern pattern) {
        List<Matcher> matches = new ArrayList<>();
        AnswerSections.lines(sections.texts().getOrDefault(section, "")).stream()
                .limit(MAX_LINES)
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .forEach(matches::add);
        return matches;
    }

    /** Some file systems, such as btrfs, count no inodes. */
    private static long inodes(String all, String free) {
        return all.equals("0") ? -1 : number(free);
    }

    private static long number(String text) {
        return text.equals("-") ? -1 : Long.parseLong(text);
    }
}
