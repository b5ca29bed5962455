package sessionctl.facts;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.state.LogLine;

/** Asks for the last log lines of a droplet's services, in one command. */
public final class LogsProbe {
    /** The maximum number of lines from one droplet. */
    public static final int MAX_LINES = 5000;

    private static final int MAX_LENGTH = 1000;

    private LogsProbe() {}

    /**
     * Returns the command, which changes nothing on the droplet.
     *
     * @param seconds the age of the oldest line
     * @param lines the maximum number of lines
     */
    public static Command command(long seconds, int lines) {
        return Command.script(
                Scripts.text("logs/logs.sh"),
                Long.toString(seconds),
                Integer.toString(Math.min(lines, MAX_LINES)),
                Scripts.text("logs/files.pl"));
    }

    /**
     * Parses the answer.
     *
     * @throws InvalidAnswerException if it is not an answer to this probe
     */
    public static List<LogLine> parse(CommandResult result) throws InvalidAnswerException {
        AnswerSections sections = FactsProbe.sections(result);
        Stream<Optional<LogLine>> journal = lines(sections, "journal").map(LogsProbe::ofJournal);
        Stream<Optional<LogLine>> files = lines(sections, "files").map(LogsProbe::ofFile);
        return Stream.concat(journal, files).flatMap(Optional::stream).toList();
    }

    /** Returns the lines of a section; their number is limited. */
    private static Stream<String> lines(AnswerSections sections, String name) {
        return Stream.of(sections.texts().getOrDefault(name, "").split("\n"))
                .filter(line -> !line.isEmpty())
                .limit(MAX_LINES);
    }

    /** Parses one entry of journalctl -o json (systemd.journal-fields(7)). */
    private static Optional<LogLine> ofJournal(String json) {
        try {
            if (!(JsonParser.parseString(json) instanceof JsonObject entry)) {
                return Optional.empty();
            }
            String unit = text(entry.get("UNIT"));
            String source = (unit.isEmpty() ? text(entry.get("_SYSTEMD_UNIT")) : unit).replaceAll("[.]service$", "");
            return line(text(entry.get("__REALTIME_TIMESTAMP")), source, text(entry.get("MESSAGE")));
        } catch (JsonParseException | StackOverflowError e) {
            return Optional.empty();
        }
    }

    /** Returns the bytes of a field. A field that is not printable UTF-8 is an array of bytes. */
    private static String text(JsonElement field) {
        if (field instanceof JsonArray bytes) {
            StringBuilder text = new StringBuilder();
            List<JsonElement> some = new ArrayList<>();
            bytes.forEach(some::add);
            some.stream()
                    .limit(MAX_LENGTH)
                    .filter(one -> one.isJsonPrimitive() && one.getAsString().matches("\\d{1,3}"))
                    .forEach(one -> text.append((char) (one.getAsInt() & 0xff)));
            return text.toString();
        }
        return field != null && field.isJsonPrimitive() ? field.getAsString() : "";
    }

    private static Optional<LogLine> ofFile(String line) {
        String[] parts = line.split("\t", 3);
        return parts.length == 3 ? line(parts[0], parts[1], parts[2]) : Optional.empty();
    }

    private static Optional<LogLine> line(String micros, String source, String text) {
        return micros.matches("\\d{1,17}")
                ? Optional.of(new LogLine(Long.parseLong(micros), AnswerSections.cut(source), cut(text)))
                : Optional.empty();
    }

    private static String cut(String text) {
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    }
}
