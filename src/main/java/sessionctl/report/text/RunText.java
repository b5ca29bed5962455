package sessionctl.report.text;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import sessionctl.plan.Change;
import sessionctl.report.BuildLog;
import sessionctl.report.ClusterLogs;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.report.FindingLines;
import sessionctl.report.PlanGroups;
import sessionctl.report.RunHistory;
import sessionctl.report.RunRenderer;
import sessionctl.report.RunReport;
import sessionctl.report.TerminalSafe;
import sessionctl.report.TextStyle;
import sessionctl.verify.VerificationResult;

/** A run as text, for a terminal or a log. */
public final class RunText implements RunRenderer {
    /** The exit code of a dry run with changes. */
    private static final int CHANGES = 2;

    private static final String ACCEPT = "--accept-session-loss";

    private final TextStyle style;
    private final BuildLog log;
    private final String apply;

    /** A report in this style. */
    public RunText(TextStyle style) {
        this(style, BuildLog.PLAIN, "");
    }

    /** A report in this style, for the log of a build server. */
    public RunText(TextStyle style, BuildLog log) {
        this(style, log, "");
    }

    /**
     * A report in this style, for the log of a build server.
     *
     * @param apply the command that applies the plan of a dry run; empty if there is none
     */
    public RunText(TextStyle style, BuildLog log, String apply) {
        this.style = style;
        this.log = log;
        this.apply = apply;
    }

    @Override
    public boolean before(RunReport run, PrintWriter out) {
        PlanGroups.of(run.entries()).forEach(group -> writePlan(group, out));
        run.entries().stream()
                .filter(e -> e.failure() != null && e.changes().isEmpty())
                .forEach(e -> out.append(describeFailure(e)));
        summarize(run, out);
        return run.changes() > 0
                || run.inSync()
                || !run.findings().isEmpty()
                || run.entries().stream().anyMatch(e -> e.failure() != null);
    }

    @Override
    public void summarize(RunReport run, PrintWriter out) {
        writeFindings(run, out);
        if (run.changes() > 0) {
            if (!run.isRefused()) {
                out.append("Impact:\n");
                run.impact()
                        .sentences()
                        .forEach(s -> out.append(style.wrapped("  " + s)).append('\n'));
            }
            out.append("Plan: " + run.size() + "." + (run.dryRun() ? dryRun(run) : "") + "\n");
        } else if (run.inSync()) {
            out.append(
                    run.findings().isEmpty()
                            ? "No changes. " + describeInSync(run) + "\n"
                            : "No changes. sessionctl's own files match the inventory, but see the findings above.\n");
        }
        log.annotations(run).forEach(line -> out.append(line).append('\n'));
    }

    private String dryRun(RunReport run) {
        boolean possible = run.exitCode() == 0 || run.exitCode() == CHANGES;
        boolean accepts = run.impact().losing().isEmpty() || apply.contains(ACCEPT);
        return " Dry run: nothing was changed."
                + (possible && !apply.isEmpty()
                        ? (accepts
                                ? " To apply: " + apply
                                : " To apply, and lose these sessions: " + apply + " " + ACCEPT)
                        : "");
    }

    private static String describeInSync(RunReport run) {
        return run.command().equals("uninstall")
                ? "Nothing of sessionctl is left to remove."
                : describeMatching(run) + " the inventory.";
    }

    private static String describeMatching(RunReport run) {
        if (run.withStatus(DropletStatus.IN_SYNC).size() < run.entries().size()) {
            return "All others match";
        }
        return run.entries().size() == 1
                ? "The droplet matches"
                : "All " + run.entries().size() + " droplets match";
    }

    @Override
    public void after(RunReport run, PrintWriter out) {
        for (DropletReport entry : run.entries()) {
            switch (entry.status()) {
                case DONE ->
                    out.append(style.good(entry.droplet().name() + ": done"))
                            .append(" (" + RunReport.count(entry.done(), "change") + ")\n");
                case IN_SYNC ->
                    out.append(entry.droplet().name())
                            .append(run.hasFinding(entry.droplet()) ? ": no changes\n" : ": nothing to do\n");
                case PLANNED, NOT_REACHED -> out.append(describeStopped(entry));
                case ROLLED_BACK -> out.append(entry.droplet().name()).append(": rolled back\n");
                case FAILED, UNREACHABLE -> out.append(describeFailure(entry));
            }
        }
        writeFindings(run, out);
        out.append(MatrixText.of(run.matrix(), style));
        log.annotations(run).forEach(line -> out.append(line).append('\n'));
    }

    @Override
    public String render(RunHistory history, int exitCode) {
        return HistoryText.render(history, style);
    }

    @Override
    public void write(ClusterLogs logs, int exitCode, PrintWriter out) {
        logs.entries().forEach(entry -> out.append(ClusterLogs.line(entry)).append('\n'));
    }

    @Override
    public String render(VerificationResult verification, int exitCode) {
        return new VerificationText(style).render(verification);
    }

    private void writeFindings(RunReport run, PrintWriter out) {
        out.append(new FindingLines(run.findings()).lines(style));
    }

    private void writePlan(PlanGroups.Group group, PrintWriter all) {
        StringBuilder out = new StringBuilder();
        String first = group.first().droplet().name();
        if (group.members().size() > 1) {
            out.append("  (shown for " + first + "; on the others only their own addresses differ)\n");
        }
        group.first()
                .warnings()
                .forEach(w -> out.append("  ! ").append(TerminalSafe.line(w)).append('\n'));
        group.changes().forEach(shown -> writeChange(shown, out));
        out.append('\n');
        all.append(log.folded(first, style.bold(style.wrapped(group.title())), group.size(), out.toString()));
    }

    private void writeChange(PlanGroups.ShownChange shown, StringBuilder out) {
        Change change = shown.change();
        out.append("  * ").append(change.stage()).append(": ").append(TerminalSafe.line(change.describe()));
        out.append('\n');
        if (!change.risk().words().isEmpty()) {
            String words = change.risk().words();
            out.append(change.risk().losesSessions() ? style.bad("    ! " + words) : "    " + words)
                    .append('\n');
        }
        shown.sameAs().ifPresent(droplet -> out.append("    (as on " + droplet.name() + ")\n"));
        shown.diffs().forEach(lines -> writeDiff(lines, out));
    }

    private void writeDiff(List<String> lines, StringBuilder out) {
        for (String line : lines) {
            out.append("    ").append(style.diff(TerminalSafe.line(line))).append('\n');
        }
    }

    private String describeStopped(DropletReport entry) {
        String done = RunReport.count(entry.done(), "change") + " done";
        return entry.droplet().name() + ": stopped; " + done + describeNotDone(entry) + "\n";
    }

    private static String describeNotDone(DropletReport entry) {
        List<Change> remaining =
                entry.changes().subList(entry.done(), entry.changes().size());
        String steps =
                remaining.stream().map(c -> c.stage().toString()).distinct().collect(Collectors.joining(", "));
        return remaining.isEmpty() ? "" : ", not done: " + steps;
    }

    private String describeFailure(DropletReport entry) {
        DropletReport.Failure failure = entry.failure();
        if (failure == null) {
            return entry.droplet().name() + ": " + entry.status() + "\n";
        }
        // The message of a lost connection begins with the droplet, so the step is inserted after it.
        String prefix = entry.droplet() + ": ";
        boolean named = failure.why().startsWith(prefix);
        String place = named ? prefix : entry.droplet().name() + ": ";
        String why = named ? failure.why().substring(prefix.length()) : failure.why();
        String step = failure.step().isEmpty() ? "" : "failed to " + TerminalSafe.line(failure.step()) + ": ";
        StringBuilder out = new StringBuilder();
        out.append(style.bad(style.wrapped(place + step + TerminalSafe.line(why))))
                .append('\n');
        TerminalSafe.of(failure.output())
                .lines()
                .forEach(line -> out.append("  | ").append(line).append('\n'));
        if (!entry.changes().isEmpty()) {
            out.append("  ")
                    .append(RunReport.count(entry.done(), "change"))
                    .append(" done")
                    .append(describeNotDone(entry))
                    .append('\n');
        }
        return out.toString();
    }
}
