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
        /** The port is shut until it is admitted; before that the peers are given what only it holds. */
        HOLD(Stage.CLOSE, "shut the port of memcached until every list of servers is changed"),
        /** The way to servers that no inventory names any more is shut. */
        AWAY(Stage.CLOSE, "shut the way to "),
        /** Filled from its peers, then opened. */
        ADMIT(Stage.OPEN, "fill memcached from its peers and open its port"),
        /** The same for one that the lists name already, where an earlier start did not get that far. */
        REJOIN(Stage.MEMCACHED, "fill memcached from its peers and open its port, which an earlier start left shut"),
        /** Nobody asks for those servers any more. */
        BACK(Stage.RETIRE, "take the rule away that shut the way to "),
        /** A server that has left stops, and stays so. */
        RETIRE(Stage.RETIRE, "stop memcached for good");

        private final Stage stage;
        private final String words;

        Order(Stage stage, String words) {
            this.stage = stage;
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
        boolean names = order == Order.AWAY || order == Order.BACK;
        return names ? order.words + String.join(", ", addresses) : order.words;
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
        List<String> arguments = new ArrayList<>(List.of(order.name().toLowerCase(java.util.Locale.ROOT)));
        arguments.addAll(addresses);
        return Command.script(Scripts.text("plan/guard.sh"), arguments.toArray(String[]::new))
                .within(LIMIT);
    }
}
