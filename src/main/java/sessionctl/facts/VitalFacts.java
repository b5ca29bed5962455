package sessionctl.facts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sessionctl.state.Vitals;

/** How a droplet fares, from what vitals.sh says. */
final class VitalFacts {
    /** Since 1970, in what a long holds. */
    private static final String NANOSECONDS = "\\d{12,18}|[1-8]\\d{18}";

    private static final int MOST_TRIPS = 10_000;

    private VitalFacts() {}

    static Vitals of(Sections sections, long sent, long received) throws UnreadableFact {
        String[] uptime = sections.text("uptime").strip().split("[. ]", 2);
        return new Vitals(
                number(uptime[0], 0),
                clock(sections.text("clock"), sent, received),
                cache(sections.text("cache")),
                trips(sections.text("trips")));
    }

    /**
     * The droplet read its clock between these two moments, and once more before its answer was there: the difference lies
     * between what follows from either (as in RFC 5905, 8, with the offset's bounds).
     */
    static Vitals.Clock clock(String text, long sent, long received) throws UnreadableFact {
        String[] words = text.strip().split(" ");
        if (words.length != 2 || !words[0].matches(NANOSECONDS) || !words[1].matches(NANOSECONDS)) {
            throw new UnreadableFact("its answer says nothing of its clock");
        }
        double most = Long.parseLong(words[0]) / 1e9 - sent / 1e3;
        double least = Long.parseLong(words[1]) / 1e9 - received / 1e3;
        return new Vitals.Clock(
                Long.parseLong(words[1]) / 1_000_000_000L, (most + least) / 2, Math.abs(most - least) / 2);
    }

    private static Vitals.@Nullable Cache cache(String text) {
        Map<String, String> stats = new LinkedHashMap<>();
        List<Vitals.StaleLock> locks = new ArrayList<>();
        List<Vitals.Copy> sample = new ArrayList<>();
        for (String line : Sections.lines(text)) {
            String[] words = line.split(" ");
            if (words[0].equals("lock") && words.length == 4) {
                locks.add(new Vitals.StaleLock(words[1], number(words[2], 0), number(words[3], 0)));
            } else if (words[0].equals("copy") && words.length >= 3 && sample.size() < Vitals.Cache.SAMPLE) {
                long expiry = words.length == 4 ? number(words[3], 0) : 0;
                sample.add(new Vitals.Copy(words[1], words[2].equals("settled"), expiry));
            } else if (words.length == 2) {
                stats.put(words[0], words[1]);
            }
        }
        if (!stats.containsKey("version")) {
            return null;
        }
        return new Vitals.Cache(
                stats.getOrDefault("version", ""),
                number(stats.get("uptime"), 0),
                number(stats.get("get_hits"), 0),
                number(stats.get("get_misses"), 0),
                number(stats.get("sessions"), -1),
                locks,
                sample);
    }

    private static List<Vitals.Trip> trips(String text) {
        List<Vitals.Trip> trips = new ArrayList<>();
        for (String line : Sections.lines(text)) {
            String[] words = line.split(" ");
            if (trips.size() < MOST_TRIPS && words.length == 3 && words[2].matches("\\d{1,7}([.]\\d{1,6})?")) {
                trips.add(new Vitals.Trip(words[0].intern(), words[1].intern(), Double.parseDouble(words[2])));
            }
        }
        return trips;
    }

    private static long number(@Nullable String word, long otherwise) {
        return word != null && word.matches("-?\\d{1,18}") ? Long.parseLong(word) : otherwise;
    }
}
