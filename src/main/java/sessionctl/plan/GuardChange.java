package sessionctl.plan;

import java.time.Duration;
import java.util.List;
import sessionctl.command.Command;
import sessionctl.command.Scripts;

/**
 * One step by which a server joins or leaves a cluster while PHP goes on using the other servers.
 *
 * @param addresses addresses of the servers that the step is about; their meaning depends on the order
 */
public record GuardChange(Order order, List<String> addresses, Risk risk) implements Change {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    /** A command to the droplet's guard; STOP and DECOMMISSION stop memcached without it. */
    public enum Order {
        /**
         * Pushes sessions that the other servers lack. If replicas were partial before, a session that was not written
         * since then is not on every server yet, and PHP with another list may look for it on a server that lacks it.
         */
        PUSH_SESSIONS(Stage.CORDON, "give", "push the sessions that only this server holds to the others"),
        /**
         * Fences the server until it is uncordoned. Before that it pushes to its peers the sessions that only it holds.
         */
        CORDON(Stage.CORDON, "hold", "close the port of memcached until every list of servers is changed"),
        /** Blocks leaving servers that do not fence themselves. */
        BLOCK_LEAVING(Stage.CORDON, "away", "block "),
        /** Blocks the same servers, but before any other stage: every droplet already has a current guard. */
        BLOCK_LEAVING_FIRST(Stage.BLOCK_LEAVING, "away", "block "),
        /**
         * Stops a leaving server that is still fenced because it is starting. The start may be about to open it. Its
         * peers hold everything that it holds, so nothing is pushed.
         */
        STOP(Stage.CORDON, "retire", "permanently stop memcached, which is still starting"),
        /**
         * Unblocks members that were about to leave and rejoin. They stay fenced until they are uncordoned, and they
         * are filled only when every PHP writes to them: sessions that were written during the block are missing there.
         */
        UNBLOCK_REJOINING(Stage.UNBLOCK_REJOINING, "back", "unblock "),
        /** Unblocks rejoining members while other servers leave and stay blocked. */
        NARROW_BLOCK(Stage.UNBLOCK_REJOINING, "away", "block only "),
        /** Fills a server from its peers, then opens it. */
        UNCORDON(Stage.UNCORDON, "admit", "fill memcached from its peers and open its port"),
        /** Fills and opens a server that the lists already name, because an earlier start did not finish. */
        RESYNC(
                Stage.MEMCACHED,
                "rejoin",
                "fill memcached from its peers and open its port, which an earlier start left closed"),
        /** Removes the blocks of servers that no list names any more. */
        UNBLOCK_LEFT(Stage.DECOMMISSION, "back", "unblock "),
        /** Stops a server that has left, and disables it at boot. */
        DECOMMISSION(Stage.DECOMMISSION, "retire", "permanently stop memcached");

        private final Stage stage;
        private final String step;
        private final String words;

        Order(Stage stage, String step, String words) {
            this.stage = stage;
            this.step = step;
            this.words = words;
        }
    }

    /** Creates a step without risk. */
    GuardChange(Order order, List<String> addresses) {
        this(order, addresses, Risk.NONE);
    }

    public GuardChange {
        addresses = List.copyOf(addresses);
    }

    @Override
    public String describe() {
        return order.words.endsWith(" ") ? order.words + String.join(", ", addresses) : order.words;
    }

    @Override
    public Stage stage() {
        return order.stage;
    }

    @Override
    public Command command() {
        return Command.script(Scripts.locking("plan/guard.sh"), order.step)
                .withArguments(addresses)
                .within(LIMIT);
    }
}
