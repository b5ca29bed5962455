package sessionctl.cli;

import java.util.List;
import picocli.CommandLine.Command;
import sessionctl.action.ExitCode;
import sessionctl.action.PreflightAction;
import sessionctl.desired.DesiredStates;
import sessionctl.health.Preflight;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.PreflightRenderer;

/** The {@code check} command: finds what would stop a first run. Changes nothing. */
@Command(
        name = "check",
        description = "Connect to every droplet and show what would stop a run or override its settings; changes"
                + " nothing.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl check inventory.yml",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no problem, or only warnings",
            "1:a problem would stop a run, or override its settings",
            "4:a droplet could not be reached or its host key was refused",
            "5:wrong usage, inventory or template; nothing was contacted",
            "130:interrupted"
        })
final class CheckCommand extends ClusterCommand {
    @Override
    public Integer call() {
        PreflightRenderer report = output.checkReport();
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        return inspect(chosen, output.report(), (fleet, console) -> {
            Preflight preflight = new PreflightAction(cluster, desired, remedies()).inspect(fleet, chosen);
            console.print(report.render(preflight, code(preflight)));
            return code(preflight);
        });
    }

    private static int code(Preflight preflight) {
        if (preflight.hasUnreached()) {
            return ExitCode.UNREACHED;
        }
        return preflight.hasErrors() ? ExitCode.FAILED : ExitCode.OK;
    }
}
