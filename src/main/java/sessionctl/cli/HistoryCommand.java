package sessionctl.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.action.HistoryAction;
import sessionctl.inventory.Droplet;
import sessionctl.report.RunRenderer;

/** The {@code history} command: shows who changed what, from the logs of the droplets. Changes nothing. */
@Command(
        name = "history",
        description = "Show who changed what: the last runs, from the droplets' logs; changes nothing.",
        footerHeading = "%nExample:%n",
        footer = {"  sessionctl history inventory.yml", "  sessionctl history inventory.yml --runs 5 --limit lamp02"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown",
            "1:the log of a droplet could not be read; the others are shown",
            "4:a droplet could not be reached or its host key was refused; the others are shown",
            "5:wrong usage or inventory; nothing was contacted",
            "130:interrupted"
        })
final class HistoryCommand extends ClusterCommand {
    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "20",
            description = "Show the last N runs (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Override
    public Integer call() {
        if (runs < 1) {
            throw new ActionFailure(ExitCode.USAGE, "--runs must be 1 or more (got " + runs + ")");
        }
        RunRenderer report = output.report();
        List<Droplet> chosen = options.chosen(options.cluster());
        return connect(chosen, report, (fleet, console) -> new HistoryAction(fleet, console).run(chosen, runs));
    }
}
