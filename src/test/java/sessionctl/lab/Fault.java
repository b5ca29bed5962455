package sessionctl.lab;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A fault of a campaign, as planned from the seed: one act, or several at about the same time. */
record Fault(Kind kind, List<Act> acts) {
    /** The kinds of faults. */
    enum Kind {
        /** Nothing happens. What is wrong then comes from the machine, and not from a fault. */
        NOTHING,
        /** No packet passes between a droplet and the private network. */
        CUT,
        /** What a droplet sends to the private network does not arrive. */
        CUT_FROM,
        /** What others send to a droplet over the private network does not arrive. */
        CUT_TO,
        /** A droplet's private network has a low bandwidth and a long queue. */
        SLOW,
        /** A droplet's private network loses packets at random. */
        LOSS,
        /** The process of a memcached stands still (SIGSTOP) and continues. */
        STOP,
        /** A memcached is killed. */
        KILL,
        /** A memcached is killed while its droplet is cut off. */
        KILL_IN_CUT,
        /** All memcacheds are full, and one is killed. */
        FULL,
        /** A memcached is killed, and the rules of its droplet are flushed or replaced while it starts again. */
        FLUSH,
        /**
         * PHP computes the expiry of sessions as on a droplet whose clock is 10 minutes ahead or behind, and a memcached
         * is killed during that. The lab cannot give a droplet another clock: memcached and the guard have the right one.
         */
        CLOCK,
        REBOOT,
        /** All droplets reboot in the same minute. */
        REBOOT_ALL,
        /** Two faults of different kinds at once, on one or two droplets. */
        TWO;

        String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * An act on one droplet.
     *
     * @param what the words for it
     * @param host the droplet
     * @param cutsOff true if it cuts the droplet's web server off from other droplets
     * @param delay the time before it
     * @param length the time from its begin to its end
     * @param steps the steps
     */
    record Act(String what, String host, boolean cutsOff, Duration delay, Duration length, Steps steps) {
        Act after(Duration later) {
            return new Act(what, host, cutsOff, later, length, steps);
        }

        String words() {
            return "%s %s for %.1f s after %.1f s"
                    .formatted(what, host, length.toMillis() / 1e3, delay.toMillis() / 1e3);
        }
    }

    /** The steps of an act. */
    record Steps(Runnable prepare, Runnable begin, Runnable end) {
        Steps(Runnable begin, Runnable end) {
            this(() -> {}, begin, end);
        }
    }

    String words() {
        return acts.stream().map(Act::words).collect(Collectors.joining(", "));
    }
}
