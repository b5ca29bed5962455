package sessionctl.ports;

import java.util.List;

/** The machine that sessionctl runs on, which probes ports of the droplets from outside. */
@FunctionalInterface
public interface OutsideHost {
    /** Probes TCP ports over this machine's network, in parallel. */
    OutsideHost NETWORK = (addresses, ports, seconds) -> LocalPortProbes.at(addresses, ports, seconds)::answer;

    /**
     * Probes each port at each address.
     *
     * @param addresses IP literals, so that no DNS lookup is made
     * @param seconds the limit for all attempts together
     */
    Answers probe(List<String> addresses, List<Integer> ports, int seconds);

    /** The results of probes. */
    @FunctionalInterface
    interface Answers {
        /** Returns the state of a probed port. */
        PortState of(String address, int port);
    }
}
