package sessionctl.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sessionctl.state.Actual;

/**
 * A plan that somebody reviews before it is carried out, by digests: enough to know it again, and nothing to carry out. It
 * is made anew from the droplets, and counts only where it is the same.
 *
 * @param droplets those that it may change, in the inventory's order
 */
public record SavedPlan(Origin origin, List<Part> droplets) {
    private static final int MOST_NAMED = 3;

    /** Copies the droplets. */
    public SavedPlan {
        droplets = List.copyOf(droplets);
    }

    /**
     * One change.
     *
     * @param summary in words, for whoever reads the file
     * @param digest of all of it
     */
    public record Step(String summary, String digest) {
        static Step of(Change change) {
            return new Step(change.stage() + ": " + change.describe(), Digest.of(change.exactly()));
        }
    }

    /** One droplet: what it needs, and from what that was concluded. */
    public record Part(String droplet, List<Step> changes, Facts facts) {
        /** Copies the changes. */
        public Part {
            changes = List.copyOf(changes);
        }

        /** What a look at a droplet led to. */
        public static Part of(DropletPlan plan, Actual actual) {
            return new Part(
                    plan.droplet().name(), plan.changes().stream().map(Step::of).toList(), Facts.of(actual));
        }

        /** What has changed since; empty where all is as it was, and where nothing is left to do that was to be done. */
        Optional<String> changedSince(Part then) {
            boolean applied = changes.isEmpty() && !then.changes.isEmpty();
            if (applied || (changes.equals(then.changes) && facts.digest().equals(then.facts.digest()))) {
                return Optional.empty();
            }
            List<String> parts = facts.changedSince(then.facts);
            if (parts.isEmpty()) {
                return Optional.of("what it needs (" + firstOther(then) + ") has");
            }
            String more = parts.size() > MOST_NAMED ? " and " + (parts.size() - MOST_NAMED) + " more" : "";
            String named = String.join(", ", parts.subList(0, Math.min(parts.size(), MOST_NAMED)));
            return Optional.of(named + more + (parts.size() == 1 ? " has" : " have"));
        }

        private String firstOther(Part then) {
            List<Step> fresh = new ArrayList<>(changes);
            fresh.removeAll(then.changes);
            List<Step> gone = new ArrayList<>(then.changes);
            gone.removeAll(changes);
            return fresh.isEmpty()
                    ? "no longer " + gone.get(0).summary()
                    : fresh.get(0).summary();
        }
    }

    /** Whether it changes nothing. */
    public boolean isEmpty() {
        return droplets.stream().allMatch(p -> p.changes().isEmpty());
    }

    /** The names of those that it may change. */
    public List<String> names() {
        return droplets.stream().map(Part::droplet).toList();
    }

    /** Why it cannot be what a run from here would do, whatever the droplets are; empty where it can. */
    public List<String> refusals(Origin now, List<String> chosen) {
        List<String> refusals = new ArrayList<>(now.changedSince(origin));
        if (refusals.isEmpty() && !names().equals(chosen)) {
            refusals.add("it is a plan of " + String.join(", ", names()) + "; give the same --limit");
        }
        return refusals;
    }

    /** What has changed on a droplet since, as in "/etc/memcached.conf has changed since the plan was saved"; empty for nothing. */
    public Optional<String> changedSince(Part now) {
        Optional<Part> then =
                droplets.stream().filter(p -> p.droplet().equals(now.droplet())).findFirst();
        return then.map(part -> now.changedSince(part).map(what -> what + " changed since the plan was saved"))
                .orElseGet(() -> Optional.of("it is not in the plan"));
    }
}
