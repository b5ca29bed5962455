package sessionctl.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sessionctl.command.Sha256;
import sessionctl.inventory.Names;
import sessionctl.state.DropletFacts;

/**
 * A plan in a file for review. It holds digests: they identify the same plan later, but contain nothing to apply. A run
 * computes its plan again from the droplets and applies it only if it equals the saved one.
 *
 * @param droplets the droplets that the plan may change, in the inventory's order
 */
public record SavedPlan(PlanInputs inputs, List<Part> droplets) {
    private static final int MAX_NAMES = 3;

    public SavedPlan {
        droplets = List.copyOf(droplets);
    }

    /**
     * One change.
     *
     * @param summary a description for readers of the file
     * @param digest SHA-256 of the complete change, in hex
     */
    public record Step(String summary, String digest) {
        static Step of(Change change) {
            return new Step(change.stage() + ": " + change.describe(), Sha256.of(change.exactly()));
        }
    }

    /** The changes of one droplet and the fingerprint of the facts from which they were computed. */
    public record Part(String droplet, List<Step> changes, FactsFingerprint facts) {
        public Part {
            changes = List.copyOf(changes);
        }

        /** Summarizes the plan of a droplet. */
        public static Part of(DropletPlan plan, DropletFacts actual) {
            return new Part(
                    plan.droplet().name(), plan.changes().stream().map(Step::of).toList(), FactsFingerprint.of(actual));
        }

        /**
         * Returns what has changed since the plan was saved. Empty if nothing has, or if all changes of the plan have
         * been applied.
         */
        Optional<String> changedSince(Part then) {
            boolean applied = changes.isEmpty() && !then.changes.isEmpty();
            if (applied || (changes.equals(then.changes) && facts.digest().equals(then.facts.digest()))) {
                return Optional.empty();
            }
            List<String> parts = facts.changedSince(then.facts);
            if (parts.isEmpty()) {
                return Optional.of("what it needs (" + firstOther(then) + ") has");
            }
            return Optional.of(Names.some(parts, MAX_NAMES) + (parts.size() == 1 ? " has" : " have"));
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

    /** Returns true if the plan changes nothing. */
    public boolean isEmpty() {
        return droplets.stream().allMatch(p -> p.changes().isEmpty());
    }

    /** Returns the names of the droplets that the plan may change. */
    public List<String> names() {
        return droplets.stream().map(Part::droplet).toList();
    }

    /** Returns the reasons why a run from here cannot have this plan, whatever the droplets are; empty if it can. */
    public List<String> refusals(PlanInputs now, List<String> chosen) {
        List<String> refusals = new ArrayList<>(now.changedSince(inputs));
        if (refusals.isEmpty() && !names().equals(chosen)) {
            refusals.add("it is a plan for " + String.join(", ", names()) + "; give the same --limit");
        }
        return refusals;
    }

    /**
     * Returns what has changed on a droplet, as in "/etc/memcached.conf has changed since the plan was saved"; empty if
     * nothing has.
     */
    public Optional<String> changedSince(Part now) {
        Optional<Part> then =
                droplets.stream().filter(p -> p.droplet().equals(now.droplet())).findFirst();
        return then.map(part -> now.changedSince(part).map(what -> what + " changed since the plan was saved"))
                .orElseGet(() -> Optional.of("it is not in the plan"));
    }
}
