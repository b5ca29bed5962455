package sessionctl.state;

import java.util.List;

/**
 * A droplet's ways to servers that leave, and to those that were to leave and are members again.
 *
 * @param gone addresses that a list names, that are no members, and that do not keep PHP away by themselves
 * @param returning addresses of members to which this droplet still shuts the way
 * @param ready whether they can be shut at once, by all who have a list, with nothing to be installed before
 * @param avoided whether some droplet shuts the way to this one, so that it lacks what was written meanwhile, and holds what
 *     has ended
 * @param unshut why its PHP cannot be kept from a server that leaves while lists differ; empty when it can, or none leaves
 */
public record Ways(List<String> gone, List<String> returning, boolean ready, boolean avoided, String unshut) {
    /** Where nobody leaves, and nobody was to. */
    public static final Ways NONE = new Ways(List.of(), List.of(), false, false, "");

    /** Copies the lists. */
    public Ways {
        gone = List.copyOf(gone);
        returning = List.copyOf(returning);
    }
}
