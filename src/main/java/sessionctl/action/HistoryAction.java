package sessionctl.action;

import java.util.List;
import java.util.Map;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.ProbeResult;
import sessionctl.inventory.Droplet;
import sessionctl.report.RunHistory;
import sessionctl.state.RunLogEntry;

/** Shows the last runs that changed the cluster, from the logs of its droplets. */
public final class HistoryAction {
    private final Fleet fleet;
    private final Console console;

    /** Creates an action that has not contacted any droplet. */
    public HistoryAction(Fleet fleet, Console console) {
        this.fleet = fleet;
        this.console = console;
    }

    /**
     * Prints the last runs. If a log cannot be read, prints why and shows the runs from the other logs.
     *
     * @param last the number of runs
     * @return the exit code
     */
    public int run(List<Droplet> droplets, int last) {
        Map<Droplet, ProbeResult<List<RunLogEntry>>> answers = fleet.readHistory(droplets, last);
        int code = ReadFailures.print(answers, console);
        console.print(console.report().render(RunHistory.of(ProbeResult.answered(answers), last), code));
        return code;
    }
}
