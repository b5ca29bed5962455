package sessionctl.facts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sessionctl.state.HealthMetrics;

/** Parses the output of vitals.sh. */
final class HealthMetricsParser {
    /** Nanoseconds since 1970 that fit into a long. */
    private static final String NANOSECONDS = "\\d{12,18}|[1-8]\\d{18}";

    private static final int MAX_TRIPS = 10_000;

    private HealthMetricsParser() {}

    static HealthMetrics of(AnswerSections sections, long sent, long received) throws InvalidAnswerException {
        String[] uptime = sections.text("uptime").strip().split("[. ]", 2);
        return new HealthMetrics(
                number(uptime[0], 0),
                clock(sections.text("clock"), sent, received),
                cache(sections.text("cache")),
                trips(sections.text("trips")),
                SentinelParser.parse(sections.texts().get("sentinel")));
    }

    /**
     * Compares the droplet's clock with this machine's. The droplet read its clock after the command was sent, and
     * again before the answer was received. Each reading bounds the difference (as in RFC 5905, 8, with the offset's
     * bounds). A clock that was set between both readings may swap the bounds; the difference then lies between them, too.
     *
     * @param sent milliseconds since 1970
     * @param received milliseconds since 1970
     */
    static HealthMetrics.Clock clock(String text, long sent, long received) throws InvalidAnswerException {
        String[] words = text.strip().split(" ");
        if (words.length != 2 || !words[0].matches(NANOSECONDS) || !words[1].matches(NANOSECONDS)) {
            throw new InvalidAnswerException("its answer does not contain its clock");
        }
        double max = Long.parseLong(words[0]) / 1e9 - sent / 1e3;
        double min = Long.parseLong(words[1]) / 1e9 - received / 1e3;
        return new HealthMetrics.Clock(
                Long.parseLong(words[1]) / 1_000_000_000L, (max + min) / 2, Math.abs(max - min) / 2);
    }

    static HealthMetrics.@Nullable Cache cache(String text) {
        Map<String, String> stats = new LinkedHashMap<>();
        List<HealthMetrics.StaleLock> locks = new ArrayList<>();
        List<HealthMetrics.Copy> sample = new ArrayList<>();
        for (String line : AnswerSections.lines(text)) {
            String[] words = line.split(" ");
            if (words[0].equals("lock") && words.length == 4) {
                locks.add(new HealthMetrics.StaleLock(words[1], number(words[2], 0), number(words[3], 0)));
            } else if (words[0].equals("copy") && words.length >= 3 && sample.size() < HealthMetrics.Cache.SAMPLE) {
                long expiry = words.length == 4 ? number(words[3], 0) : 0;
                sample.add(new HealthMetrics.Copy(words[1], words[2].equals("settled"), expiry));
            } else if (words.length == 2) {
                stats.put(words[0], words[1]);
            }
        }
        if (!stats.containsKey("version")) {
            return null;
        }
        return new HealthMetrics.Cache(
                stats.getOrDefault("version", ""),
                number(stats.get("uptime"), 0),
                number(stats.get("get_hits"), 0),
                number(stats.get("get_misses"), 0),
                number(stats.get("sessions"), -1),
                number(stats.get("others"), -1),
                number(stats.get("other_bytes"), 0),
                locks,
                sample);
    }

    private static List<HealthMetrics.Trip> trips(String text) {
        List<HealthMetrics.Trip> trips = new ArrayList<>();
        for (String line : AnswerSections.lines(text)) {
            String[] words = line.split(" ");
            if (trips.size() < MAX_TRIPS && words.length == 3 && words[2].matches("\\d{1,7}([.]\\d{1,6})?")) {
                trips.add(new HealthMetrics.Trip(words[0].intern(), words[1].intern(), Double.parseDouble(words[2])));
            }
        }
        return trips;
    }

    private static long number(@Nullable String word, long otherwise) {
        return word != null && word.matches("-?\\d{1,18}") ? Long.parseLong(word) : otherwise;
    }
}
