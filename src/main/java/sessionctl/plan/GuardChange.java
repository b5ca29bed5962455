package sessionctl.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import sessionctl.command.Command;
import sessionctl.command.Scripts;

/**
 * One step by which a server comes into a cluster or leaves it while PHP goes on using the others.
 *
 * @param addresses of the servers that the step is about; what it means depends on the order
 */
public record GuardChange(Order order, List<String> addresses, Risk risk) implements Change {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    /** What the droplet's guard is told. */
    public enum Order {
        /**
         * What the others lack. Where fewer copies were kept before, a session that nobody has written since is not on all
         * servers yet, and PHP with another list may look for it where it is not.
         */
        GIVE(Stage.CLOSE, "give", "give the other servers what only this one holds"),
        /** The port is shut until it is admitted; before that the peers are given what only it holds. */
        HOLD(Stage.CLOSE, "hold", "shut the port of memcached until every list of servers is changed"),
        /** The way to servers that leave and do not shut themselves is shut. */
        AWAY(Stage.CLOSE, "away", "shut the way to "),
        /** The same where every guard is in its place already. */
        AWAY_FIRST(Stage.AWAY, "away", "shut the way to "),
        /**
         * A server that leaves while it is still on its way up, shut, stops at once: what fills it may be about to open it,
         * and its peers have all that it holds.
         */
        STOP(Stage.CLOSE, "retire", "stop memcached for good, which is only starting"),
        /**
         * PHP reaches members again that were to leave. They are shut themselves until they are admitted, and filled only
         * when everybody writes to them: what is written while the way is shut is missing there.
         */
        RETURN(Stage.RETURN, "back", "take the rule away that shut the way to "),
        /** The same where others leave at the same time, to which the way stays shut. */
        ONLY(Stage.RETURN, "away", "shut the way only to "),
        /** Filled from its peers, then opened. */
        ADMIT(Stage.OPEN, "admit", "fill memcached from its peers and open its port"),
        /** The same for one that the lists name already, where an earlier start did not get that far. */
        REJOIN(
                Stage.MEMCACHED,
                "rejoin",
                "fill memcached from its peers and open its port, which an earlier start left shut"),
        /** Nobody asks for those servers any more. */
        BACK(Stage.RETIRE, "back", "take the rule away that shut the way to "),
        /** A server that has left stops, and stays so. */
        RETIRE(Stage.RETIRE, "retire", "stop memcached for good");

        private final Stage stage;
        private final String step;
        private final String words;

        Order(Stage stage, String step, String words) {
            this.stage = stage;
            this.step = step;
            this.words = words;
        }
    }

    /** One that costs nothing. */
    GuardChange(Order order, List<String> addresses) {
        this(order, addresses, Risk.NONE);
    }

    /** Copies the addresses. */
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
    public List<List<String>> diffs() {
        return List.of();
    }

    @Override
    public Command command() {
        List<String> arguments = new ArrayList<>(List.of(order.step));
        arguments.addAll(addresses);
        return Command.script(Scripts.locking("plan/guard.sh"), arguments.toArray(String[]::new))
                .within(LIMIT);
    }
}
