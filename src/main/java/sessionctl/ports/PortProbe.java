package sessionctl.ports;

import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;

/**
 * The result of one connection attempt.
 *
 * @param from a droplet's name, or {@code outside} for the machine that sessionctl runs on
 * @param address the address that was probed
 * @param mustBeOpen true if the port must be open to this source; false if it must not
 * @param why the reason for a missing test or answer; empty if there is nothing to explain
 * @param cause what drops or refuses the connection; null if it was not searched for
 */
public record PortProbe(
        String from,
        Droplet to,
        String address,
        boolean mustBeOpen,
        PortState state,
        String why,
        @Nullable DropCause cause) {
    /** Explains a skipped probe: no port at the address answers, so silence reveals nothing about the port. */
    public static final String NO_ROUTE = "this machine has no route to";

    /** Explains a skipped probe from this machine. */
    public static final String INSIDE = "this machine is a droplet of the cluster and cannot act as another host for";

    /** Explains a skipped probe from or to an unreachable droplet. */
    public static final String UNREACHED = "there is no connection to";

    /** A probe with the usual explanation for its state. */
    public PortProbe(String from, Droplet to, String address, boolean mustBeOpen, PortState state) {
        this(from, to, address, mustBeOpen, state, state == PortState.NOT_TESTED ? NO_ROUTE : "");
    }

    PortProbe(String from, Droplet to, String address, boolean mustBeOpen, PortState state, String why) {
        this(from, to, address, mustBeOpen, state, why, null);
    }

    /** Returns why a connection got no answer, with the remedy if there is one. */
    public String reason() {
        if (cause == null) {
            return "no answer";
        }
        return cause.what() + (cause.remedy().isEmpty() ? "" : "; " + cause.remedy());
    }

    PortProbe because(DropCause found) {
        return new PortProbe(from, to, address, mustBeOpen, state, why, found);
    }

    /** Returns true if the port was tested and is in the required state. */
    public boolean isRight() {
        return isTested() && !isWrong();
    }

    /** Returns true if packets were lost on the way. A fence, a block or a host without a listener refuses instead. */
    public boolean isDropped() {
        return state == PortState.SILENT;
    }

    /**
     * Returns true if the port was tested and is not in the required state. For hosts that must be refused, a port
     * without a listener is right; for hosts that must be allowed, it is wrong.
     */
    public boolean isWrong() {
        return isTested() && (mustBeOpen != (state == PortState.OPEN) || state == PortState.UNKNOWN);
    }

    /** Returns true if a connection was attempted and its result reveals the state of the port. */
    public boolean isTested() {
        return state != PortState.NOT_TESTED && state != PortState.LEFT;
    }
}
