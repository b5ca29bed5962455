package sessionctl.verify;

import java.util.List;
import java.util.Locale;

/**
 * One of the run's own sessions that broke a promise. Its id is no secret: the session is gone when the run is over.
 *
 * @param id as the cookie has it
 * @param droplets where that was seen, by name
 */
public record BadSession(String id, How how, List<String> droplets) {
    /** What was wrong with it. */
    public enum How {
        /** PHP began an empty one. */
        LOST("lost"),
        /** PHP read what had been overwritten before. */
        OLDER("read in an older state"),
        /** The request brought no usable answer. */
        UNANSWERED("not answered"),
        /** A memcached does not hold it. */
        MISSING("not held");

        private final String words;

        How(String words) {
            this.words = words;
        }

        /** As in {@code 3 sessions were lost}. */
        public String words() {
            return words;
        }

        /** For programs. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Copies the names. */
    public BadSession {
        droplets = List.copyOf(droplets);
    }
}
