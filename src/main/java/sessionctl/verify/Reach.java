package sessionctl.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Who does not reach whose memcached port, as findings. */
public final class Reach {
    private Reach() {}

    /**
     * The ways that are not open.
     *
     * @param down droplets whose memcached is known to answer nobody
     */
    public static List<Finding> findings(List<Cell> cells, Set<String> down) {
        List<Finding> findings = new ArrayList<>();
        for (Cell cell : cells) {
            if (cell.wrong() && !down.contains(cell.to().name())) {
                findings.add(cell.from().equals(cell.to().name()) ? own(cell) : between(cell));
            }
        }
        return findings;
    }

    private static String answer(Cell cell) {
        return cell.answer() == Answer.SILENT
                ? "packets are dropped"
                : cell.answer().name().toLowerCase(Locale.ROOT);
    }

    private static Finding own(Cell cell) {
        return new Finding(
                cell.from(),
                "its own PHP does not reach its memcached at " + cell.address() + " (" + answer(cell) + ")",
                "run: {sessionctl firewall}; see iptables -S there");
    }

    private static Finding between(Cell cell) {
        return new Finding(
                cell.from(),
                "it does not reach memcached on " + cell.to().name() + " at " + cell.address() + " (" + answer(cell)
                        + ")",
                "run: {sessionctl firewall}; if that does not open the port, find the rule with iptables -S on "
                        + cell.to().name() + " and " + cell.from());
    }
}
