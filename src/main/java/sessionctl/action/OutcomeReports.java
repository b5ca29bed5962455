package sessionctl.action;

import java.util.ArrayList;
import java.util.List;
import sessionctl.command.Invocation;
import sessionctl.fleet.DropletOutcome;
import sessionctl.plan.Change;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;

/** Converts the outcomes of a rollout to entries of a report. */
final class OutcomeReports {
    private OutcomeReports() {}

    /**
     * Returns an entry for each droplet, in order.
     *
     * @param invocation fills the commands in sentences
     */
    static List<DropletReport> of(List<DropletOutcome> outcomes, Invocation invocation) {
        return outcomes.stream().map(outcome -> toReport(outcome, invocation)).toList();
    }

    private static DropletReport toReport(DropletOutcome outcome, Invocation invocation) {
        List<Change> all = new ArrayList<>(outcome.done());
        all.addAll(outcome.remaining());
        int done = outcome.done().size();
        if (outcome instanceof DropletOutcome.Failed failed) {
            DropletOutcome.Failure cause = failed.failure();
            DropletReport.Failure failure =
                    new DropletReport.Failure(cause.change(), invocation.fill(cause.reason()), cause.output());
            return new DropletReport(outcome.droplet(), DropletStatus.FAILED, all, done, failure, List.of());
        }
        return new DropletReport(outcome.droplet(), statusOf(outcome), all, done, null, List.of());
    }

    private static DropletStatus statusOf(DropletOutcome outcome) {
        if (outcome instanceof DropletOutcome.NotReached) {
            return DropletStatus.NOT_REACHED;
        }
        if (outcome instanceof DropletOutcome.RolledBack) {
            return DropletStatus.ROLLED_BACK;
        }
        return outcome.done().isEmpty() ? DropletStatus.IN_SYNC : DropletStatus.DONE;
    }
}
