package sessionctl.facts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sessionctl.state.RunInfo;
import sessionctl.state.RunLogEntry;

/** Parses the lines in which a droplet records its runs; their fields are separated by tabs. */
public final class RunLogParser {
    private static final int STAMP = 7;
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";

    private RunLogParser() {}

    /** Parses the run at the start of a line; empty if there is none. */
    public static Optional<RunInfo> stamp(String line) {
        List<String> fields = List.of(line.strip().split("\t", -1));
        return fields.size() < STAMP || !fields.get(0).matches(TIME)
                ? Optional.empty()
                : Optional.of(new RunInfo(
                        fields.get(0),
                        fields.get(1),
                        fields.get(2),
                        fields.get(3),
                        fields.get(4),
                        fields.get(5),
                        fields.get(6)));
    }

    /** Parses a log. Lines of another form are skipped, such as incomplete ones or lines of other programs. */
    public static List<RunLogEntry> runs(String log) {
        List<RunLogEntry> runs = new ArrayList<>();
        AnswerSections.lines(log).forEach(line -> {
            String[] fields = line.split("\t", -1);
            if (fields.length == STAMP + 2) {
                stamp(line).ifPresent(s -> runs.add(new RunLogEntry(s, fields[STAMP], number(fields[STAMP + 1]))));
            }
        });
        return runs;
    }

    private static int number(String field) {
        return field.matches("\\d{1,6}") ? Integer.parseInt(field) : -1;
    }
}
