package sessionctl.verify;

import java.util.List;
import java.util.Locale;

/**
 * A session of this run that a check found lost, outdated or unavailable. Its id is no secret, because the run deletes
 * its sessions.
 *
 * @param id the session id, as in the cookie
 * @param droplets the names of the droplets that showed the failure
 */
public record SessionFailure(String id, How how, List<String> droplets) {
    /** The kind of failure. */
    public enum How {
        /** PHP began an empty session. */
        LOST("lost"),
        /** PHP read a state that had been overwritten before. */
        OLDER("read in an older state"),
        /** The request got no usable answer. */
        UNANSWERED("not answered"),
        /** A memcached does not hold the session. */
        MISSING("not held");

        private final String words;

        How(String words) {
            this.words = words;
        }

        /** The kind in words, as in {@code 3 sessions were lost}. */
        public String words() {
            return words;
        }

        /** The kind as an identifier in JSON. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public SessionFailure {
        droplets = List.copyOf(droplets);
    }
}
