package sessionctl.action;

import java.util.List;
import java.util.Map;
import sessionctl.command.Command;
import sessionctl.facts.LogsProbe;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.ProbeResult;
import sessionctl.inventory.Droplet;
import sessionctl.report.ClusterLogs;
import sessionctl.state.LogLine;

/** Shows the last log lines of all droplets' services, in the order of their times. */
public final class LogsAction {
    private final Fleet fleet;
    private final Console console;

    /** Creates an action that has not contacted any droplet. */
    public LogsAction(Fleet fleet, Console console) {
        this.fleet = fleet;
        this.console = console;
    }

    /**
     * Prints the lines. If a droplet's log cannot be read, prints why and shows the others.
     *
     * @param seconds the age of the oldest line
     * @param lines the maximum number of lines from each droplet
     * @return the exit code
     */
    public int run(List<Droplet> droplets, long seconds, int lines) {
        Command question = LogsProbe.command(seconds, lines);
        Map<Droplet, ProbeResult<List<LogLine>>> answers =
                fleet.probe(droplets, (droplet, shell) -> LogsProbe.parse(shell.run(question)));
        int code = ReadFailures.print(answers, console);
        ClusterLogs logs = ClusterLogs.of(ProbeResult.answered(answers));
        console.print(writer -> console.report().write(logs, code, writer));
        return code;
    }
}
