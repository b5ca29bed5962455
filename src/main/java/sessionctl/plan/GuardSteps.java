package sessionctl.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import sessionctl.plan.GuardChange.Order;
import sessionctl.state.Role;
import sessionctl.state.ServiceState;
import sessionctl.state.Standing;
import sessionctl.state.Turnover;

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

    /**
     * What it costs that PHP's list on this droplet changes: while lists differ, nobody may read from a server that only
     * some of them name.
     */
    Risk ofLists() {
        boolean comes = standing.role() == Role.NEWCOMER && !standing.guarded();
        return comes || standing.leavesGaps() || !standing.ways().unshut().isEmpty()
                ? Risk.LOSES_MOVED_SESSIONS
                : Risk.NONE;
    }

    /**
     * The steps that only a guard can do.
     *
     * @param memcached as it is now
     * @param starts whether a change before starts it, so that it is in its place after that
     */
    List<Change> guarded(ServiceState memcached, boolean starts) {
        boolean up = memcached.running() && !starts;
        List<Change> steps = new ArrayList<>(
                switch (standing.role()) {
                    case FOUNDER, MEMBER -> staying(up);
                    case NEWCOMER -> coming(up, memcached.starting() && !memcached.running());
                    case LEAVER -> leaving(memcached.running());
                });
        if (!standing.ways().gone().isEmpty()) {
            steps.add(away());
        }
        return steps;
    }

    private boolean isShut() {
        return standing.gate().shut() || standing.gate().held();
    }

    /** What runs is open where it stays. */
    private List<Change> staying(boolean up) {
        List<Change> steps = new ArrayList<>();
        if (up && isShut()) {
            steps.add(new GuardChange(Order.REJOIN, standing.open()));
        }
        // Where there is no room for it, sessions are lost whoever comes or leaves.
        if (standing.turnover() == Turnover.WHOLE
                && standing.guarded()
                && !standing.open().isEmpty()) {
            steps.add(new GuardChange(Order.GIVE, standing.open()));
        }
        return steps;
    }

    /**
     * It is shut while PHP's lists change. One that is starting may be about to open when it is held, so it is held once more;
     * its peers have all that it holds, as they have of one that was avoided.
     */
    private List<Change> coming(boolean up, boolean starting) {
        Change admit = new GuardChange(Order.ADMIT, standing.peers());
        if (starting && !standing.gate().held()) {
            return List.of(new GuardChange(Order.HOLD, List.of(), ofLeaving()), admit);
        }
        List<String> given = standing.ways().avoided() ? List.of() : standing.peers();
        return up && !isShut() ? List.of(new GuardChange(Order.HOLD, given, ofLeaving()), admit) : List.of(admit);
    }

    /** It is shut and stays so. One that was shut before holds what has ended elsewhere meanwhile: nobody is given that. */
    private List<Change> leaving(boolean running) {
        boolean kept = standing.gate().shut() && standing.gate().held();
        List<String> given = isShut() ? List.of() : standing.peers();
        return running && !kept ? List.of(new GuardChange(Order.HOLD, given, ofLeaving())) : List.of();
    }

    private Change away() {
        Set<String> addresses = new LinkedHashSet<>(standing.ways().gone());
        addresses.addAll(standing.ways().returning());
        Order order = standing.ways().ready() ? Order.AWAY_FIRST : Order.AWAY;
        return new GuardChange(order, List.copyOf(addresses), ofLeaving());
    }

    /**
     * The steps that free ways again.
     *
     * @param guarded whether a guard shuts some before
     */
    List<Change> freeing(boolean guarded) {
        List<String> gone = guarded ? standing.ways().gone() : List.of();
        List<String> away = standing.gate().away().stream().sorted().toList();
        boolean returning = !standing.ways().returning().isEmpty();
        List<Change> steps = new ArrayList<>();
        if (returning) {
            steps.add(gone.isEmpty() ? new GuardChange(Order.RETURN, away) : new GuardChange(Order.ONLY, gone));
        }
        if (!gone.isEmpty() || (!away.isEmpty() && !returning)) {
            steps.add(new GuardChange(Order.BACK, gone.isEmpty() ? away : gone));
        }
        return steps;
    }

    /** How one that leaves stops, for which no guard is needed. */
    List<Change> stopping(ServiceState memcached) {
        if (standing.role() != Role.LEAVER) {
            return List.of();
        }
        if (memcached.starting() && !memcached.running()) {
            return List.of(new GuardChange(Order.STOP, List.of(), ofLeaving()));
        }
        return memcached.running() || memcached.enabled()
                ? List.of(new GuardChange(Order.RETIRE, List.of()))
                : List.of();
    }
}
