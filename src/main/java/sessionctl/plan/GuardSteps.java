package sessionctl.plan;

import java.util.ArrayList;
import java.util.List;
import sessionctl.plan.GuardChange.Order;
import sessionctl.state.Role;
import sessionctl.state.ServiceState;
import sessionctl.state.Standing;

/** What a droplet's guard has to do besides watching over starts, given where the droplet stands. */
final class GuardSteps {
    private final Standing standing;

    GuardSteps(Standing standing) {
        this.standing = standing;
    }

    /** How a start of memcached goes: configure.sh's words for it. */
    List<String> ofStart() {
        return switch (standing.role()) {
            case FOUNDER -> List.of("guard", "alone");
            case NEWCOMER -> List.of("guard", "hold", "peers", String.join(" ", standing.peers()));
            case MEMBER -> ofMembersStart();
            case LEAVER -> List.of();
        };
    }

    private List<String> ofMembersStart() {
        return switch (ofRestart()) {
            case REJOINS ->
                List.of(
                        "guard",
                        "join",
                        "peers",
                        String.join(" ", standing.peers()),
                        "open",
                        String.join(" ", standing.open()));
            // What is lost was accepted: it opens with what there is.
            case LOSES_LOCAL_SESSIONS -> List.of("guard", "alone");
            // One that is shut already has nothing to lose, but opens when it is started.
            default -> standing.guarded() ? List.of("open", String.join(" ", standing.open())) : List.of();
        };
    }

    /** What a restart costs. */
    Risk ofRestart() {
        boolean holds = standing.stored().items() > 0;
        if (standing.gate().shut()) {
            return Risk.NONE;
        }
        if (standing.role() == Role.MEMBER && standing.guarded()) {
            return Risk.REJOINS;
        }
        return holds ? Risk.LOSES_LOCAL_SESSIONS : Risk.NONE;
    }

    /** What it costs that a server does not come back. */
    private Risk ofLeaving() {
        return standing.leavesGaps() ? Risk.LOSES_MOVED_SESSIONS : Risk.NONE;
    }

    /** What it costs that PHP's list on this droplet names it for the first time. */
    Risk ofComing() {
        return standing.role() == Role.NEWCOMER && !standing.guarded() ? Risk.LOSES_MOVED_SESSIONS : Risk.NONE;
    }

    /**
     * The steps.
     *
     * @param memcached as it is now
     * @param starts whether a change before starts it, so that it is in its place after that
     */
    List<Change> besides(ServiceState memcached, boolean starts) {
        List<Change> steps = new ArrayList<>();
        boolean shut = standing.gate().shut() || standing.gate().held();
        boolean stays = standing.role() == Role.FOUNDER || standing.role() == Role.MEMBER;
        // What runs is open where it stays, and shut where PHP's lists are to change for it.
        if (!starts && memcached.running() && stays == shut) {
            steps.add(
                    stays
                            ? new GuardChange(Order.REJOIN, standing.open())
                            : new GuardChange(Order.HOLD, standing.peers(), ofLeaving()));
        }
        if (!standing.gone().isEmpty()) {
            steps.add(new GuardChange(Order.AWAY, standing.gone(), ofLeaving()));
        }
        return steps;
    }

    /** The steps after every list has been changed. */
    List<Change> afterwards(ServiceState memcached) {
        List<Change> steps = new ArrayList<>();
        if (standing.role() == Role.NEWCOMER) {
            steps.add(new GuardChange(Order.ADMIT, standing.peers()));
        }
        if (standing.role() == Role.LEAVER && (memcached.running() || memcached.enabled())) {
            steps.add(new GuardChange(Order.RETIRE, List.of()));
        }
        List<String> shut = standing.gone().isEmpty()
                ? standing.gate().away().stream().sorted().toList()
                : standing.gone();
        if (!shut.isEmpty()) {
            steps.add(new GuardChange(Order.BACK, shut));
        }
        return steps;
    }
}
