package sessionctl.verify;

import java.util.List;

/** The machine that sessionctl runs on, as a host that tries ports of the droplets. */
@FunctionalInterface
public interface Outside {
    /** Tries TCP ports over this machine's network, all at once. */
    Outside NETWORK = (addresses, ports, seconds) -> Knocks.at(addresses, ports, seconds)::answer;

    /**
     * Tries each of these ports at each of these addresses.
     *
     * @param addresses literals, so that no name is ever looked up
     */
    Answers at(List<String> addresses, List<Integer> ports, int seconds);

    /** What came of it. */
    @FunctionalInterface
    interface Answers {
        /** The answer of a port that was tried. */
        Answer of(String address, int port);
    }
}
