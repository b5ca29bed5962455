package sessionctl.facts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sessionctl.state.LoggedRun;
import sessionctl.state.RunStamp;

/** Reads the lines in which a droplet keeps who worked on it: fields parted by tabs. */
public final class RunLog {
    private static final int STAMP = 7;
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";

    private RunLog() {}

    /** The stamp that a line begins with; empty where it is none. */
    public static Optional<RunStamp> stamp(String line) {
        List<String> fields = List.of(line.strip().split("\t", -1));
        return fields.size() < STAMP || !fields.get(0).matches(TIME)
                ? Optional.empty()
                : Optional.of(new RunStamp(
                        fields.get(0),
                        fields.get(1),
                        fields.get(2),
                        fields.get(3),
                        fields.get(4),
                        fields.get(5),
                        fields.get(6)));
    }

    /** The runs of a log; a line that is none, half written or somebody else's, is passed over. */
    public static List<LoggedRun> runs(String log) {
        List<LoggedRun> runs = new ArrayList<>();
        Sections.lines(log).forEach(line -> {
            String[] fields = line.split("\t", -1);
            if (fields.length == STAMP + 2) {
                stamp(line).ifPresent(s -> runs.add(new LoggedRun(s, fields[STAMP], number(fields[STAMP + 1]))));
            }
        });
        return runs;
    }

    private static int number(String field) {
        return field.matches("\\d{1,6}") ? Integer.parseInt(field) : -1;
    }
}
