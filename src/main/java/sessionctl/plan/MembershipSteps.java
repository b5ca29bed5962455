package sessionctl.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import sessionctl.membership.MemberStatus;
import sessionctl.membership.MembershipChange;
import sessionctl.membership.Role;
import sessionctl.plan.GuardChange.Order;
import sessionctl.state.ServiceState;

/**
 * The steps of one droplet's guard when servers join or leave, and the way in which its memcached starts. Both follow
 * from the droplet's {@link MemberStatus}.
 */
record MembershipSteps(MemberStatus status) {

    /** Returns the mode of a start of memcached, as arguments of configure.sh. */
    List<String> startArguments() {
        return switch (status.role()) {
            case BOOTSTRAP -> List.of("guard", "alone");
            case JOINING -> List.of("guard", "hold", "peers", String.join(" ", status.peers()));
            case MEMBER -> memberStartArguments();
            case LEAVING -> List.of();
        };
    }

    private List<String> memberStartArguments() {
        return switch (restartRisk()) {
            case REJOINS ->
                List.of(
                        "guard",
                        "join",
                        "peers",
                        String.join(" ", status.peers()),
                        "open",
                        String.join(" ", status.open()));
            // The operator has accepted the loss, so the server opens with the sessions that it has.
            case LOSES_LOCAL_SESSIONS -> List.of("guard", "alone");
            // A server that is already fenced has nothing to lose, but a start opens it.
            default -> status.isGuarded() ? List.of("open", String.join(" ", status.open())) : List.of();
        };
    }

    /** Returns the risk of a restart of memcached. */
    Risk restartRisk() {
        boolean holds = status.stats().items() > 0;
        if (status.guardState().fenced()) {
            return Risk.NONE;
        }
        if (status.role() == Role.MEMBER && status.isGuarded()) {
            return Risk.REJOINS;
        }
        return holds ? Risk.LOSES_LOCAL_SESSIONS : Risk.NONE;
    }

    /** Returns the risk of taking a server out of use. */
    private Risk leavingRisk() {
        return status.hasPartialReplicas() ? Risk.LOSES_MOVED_SESSIONS : Risk.NONE;
    }

    /**
     * Returns the risk of changing PHP's list on this droplet. While lists differ, no PHP may read from a server that
     * only some of them name.
     */
    Risk listRisk() {
        boolean joinsUnguarded = status.role() == Role.JOINING && !status.isGuarded();
        return joinsUnguarded
                        || status.hasPartialReplicas()
                        || !status.blocks().whyUnblocked().isEmpty()
                ? Risk.LOSES_MOVED_SESSIONS
                : Risk.NONE;
    }

    /**
     * Returns the steps that require a guard.
     *
     * @param memcached the current state of the service
     * @param starts true if an earlier change of the run starts memcached; its fence is then right after that start
     */
    List<Change> guardSteps(ServiceState memcached, boolean starts) {
        boolean up = memcached.running() && !starts;
        List<Change> steps = new ArrayList<>(
                switch (status.role()) {
                    case BOOTSTRAP, MEMBER -> stepsOfStaying(up);
                    case JOINING -> stepsOfJoining(up, memcached.starting() && !memcached.running());
                    case LEAVING -> stepsOfLeaving(memcached.running());
                });
        if (!status.blocks().leaving().isEmpty()) {
            steps.add(blockLeaving());
        }
        return steps;
    }

    private boolean isFenced() {
        return status.guardState().fenced() || status.guardState().cordoned();
    }

    /** Returns the steps of a server that stays. If it runs, it ends up open. */
    private List<Change> stepsOfStaying(boolean up) {
        List<Change> steps = new ArrayList<>();
        if (up && isFenced()) {
            steps.add(new GuardChange(Order.RESYNC, status.open()));
        }
        // If memory is too small, sessions are lost whichever server joins or leaves.
        if (status.change() == MembershipChange.FULL_REPLICAS
                && status.isGuarded()
                && !status.open().isEmpty()) {
            steps.add(new GuardChange(Order.PUSH_SESSIONS, status.open()));
        }
        return steps;
    }

    /**
     * Returns the steps of a joining server. It stays fenced while PHP's lists change. A server that is starting may be
     * about to open, so it is cordoned first. Its peers hold everything that it holds, so it pushes nothing; the same
     * is true for a server that a peer blocks.
     */
    private List<Change> stepsOfJoining(boolean up, boolean starting) {
        Change uncordon = new GuardChange(Order.UNCORDON, status.peers());
        if (starting && !status.guardState().cordoned()) {
            return List.of(new GuardChange(Order.CORDON, List.of(), leavingRisk()), uncordon);
        }
        List<String> pushTo = status.blocks().blockedByPeers() ? List.of() : status.peers();
        return up && !isFenced()
                ? List.of(new GuardChange(Order.CORDON, pushTo, leavingRisk()), uncordon)
                : List.of(uncordon);
    }

    /**
     * Returns the steps of a leaving server. It is fenced and stays so. If it was fenced earlier, sessions that have
     * ended elsewhere may still exist there, so it does not push them.
     */
    private List<Change> stepsOfLeaving(boolean running) {
        boolean stays = status.guardState().fenced() && status.guardState().cordoned();
        List<String> pushTo = isFenced() ? List.of() : status.peers();
        return running && !stays ? List.of(new GuardChange(Order.CORDON, pushTo, leavingRisk())) : List.of();
    }

    private Change blockLeaving() {
        Set<String> addresses = new LinkedHashSet<>(status.blocks().leaving());
        addresses.addAll(status.blocks().rejoining());
        Order order = status.blocks().ready() ? Order.BLOCK_LEAVING_FIRST : Order.BLOCK_LEAVING;
        return new GuardChange(order, List.copyOf(addresses), leavingRisk());
    }

    /**
     * Returns the steps that remove blocks.
     *
     * @param guarded true if the guard of this droplet adds blocks earlier in the run
     */
    List<Change> unblockSteps(boolean guarded) {
        List<String> leaving = guarded ? status.blocks().leaving() : List.of();
        List<String> blocked =
                status.guardState().blockedPeers().stream().sorted().toList();
        boolean rejoining = !status.blocks().rejoining().isEmpty();
        List<Change> steps = new ArrayList<>();
        if (rejoining) {
            steps.add(
                    leaving.isEmpty()
                            ? new GuardChange(Order.UNBLOCK_REJOINING, blocked)
                            : new GuardChange(Order.NARROW_BLOCK, leaving));
        }
        if (!leaving.isEmpty() || (!blocked.isEmpty() && !rejoining)) {
            steps.add(new GuardChange(Order.UNBLOCK_LEFT, leaving.isEmpty() ? blocked : leaving));
        }
        return steps;
    }

    /** Returns the step that stops a leaving server. It requires no guard. */
    List<Change> stopSteps(ServiceState memcached) {
        if (status.role() != Role.LEAVING) {
            return List.of();
        }
        if (memcached.starting() && !memcached.running()) {
            return List.of(new GuardChange(Order.STOP, List.of(), leavingRisk()));
        }
        return memcached.running() || memcached.enabled()
                ? List.of(new GuardChange(Order.DECOMMISSION, List.of()))
                : List.of();
    }
}
