package sessionctl.report;

import java.util.Locale;

/** Formats durations. */
public final class Elapsed {
    private Elapsed() {}

    /** Formats nanoseconds as a clock does: {@code 0:07}, {@code 12:30}, {@code 1:02:03}. */
    public static String clock(long nanos) {
        long seconds = Math.max(0, nanos) / 1_000_000_000;
        long minutes = seconds / 60;
        return minutes < 60
                ? String.format(Locale.ROOT, "%d:%02d", minutes, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", minutes / 60, minutes % 60, seconds % 60);
    }

    /** Formats nanoseconds as seconds with one decimal: {@code 1.2 s}. */
    public static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }

    /** Formats nanoseconds for a sentence, rounded up to seconds: {@code 42 s}, {@code 2 min 5 s}. */
    public static String words(long nanos) {
        long seconds = Math.max(1, (nanos + 999_999_999) / 1_000_000_000);
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }
}
