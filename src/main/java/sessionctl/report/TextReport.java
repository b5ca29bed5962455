package sessionctl.report;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import sessionctl.plan.Change;
import sessionctl.verify.Proof;

/** For a person at a terminal, or reading a log. */
public final class TextReport implements Report {
    private final Style style;
    private final BuildLog log;

    /** In colour or plain. */
    public TextReport(Style style) {
        this(style, BuildLog.PLAIN);
    }

    /** In colour or plain, in the log of a build server. */
    public TextReport(Style style, BuildLog log) {
        this.style = style;
        this.log = log;
    }

    @Override
    public boolean before(Run run, PrintWriter out) {
        run.entries().stream().filter(e -> !e.changes().isEmpty()).forEach(e -> plan(e, out));
        run.entries().stream()
                .filter(e -> e.failure() != null && e.changes().isEmpty())
                .forEach(e -> out.append(failure(e)));
        findings(run, out);
        if (run.changes() > 0) {
            out.append(run.size() + (run.dryRun() ? "; nothing was changed, this is a dry run" : "") + ".\n");
        } else if (run.inSync()) {
            out.append(
                    run.findings().isEmpty()
                            ? everybody(run) + " as the inventory says: nothing to do.\n"
                            : "No changes. sessionctl's own files match the inventory, but see the findings above.\n");
        }
        log.annotations(run).forEach(line -> out.append(line).append('\n'));
        return run.changes() > 0
                || run.inSync()
                || !run.findings().isEmpty()
                || run.entries().stream().anyMatch(e -> e.failure() != null);
    }

    private static String everybody(Run run) {
        if (run.in(Status.IN_SYNC).size() < run.entries().size()) {
            return "All others are";
        }
        return run.entries().size() == 1
                ? "The droplet is"
                : "All " + run.entries().size() + " droplets are";
    }

    @Override
    public void after(Run run, PrintWriter out) {
        for (Entry entry : run.entries()) {
            switch (entry.status()) {
                case DONE ->
                    out.append(style.good(entry.droplet().name() + ": done"))
                            .append(" (" + Run.count(entry.done(), "change") + ")\n");
                case IN_SYNC ->
                    out.append(entry.droplet().name())
                            .append(run.finds(entry.droplet()) ? ": no changes\n" : ": nothing to do\n");
                case PLANNED, NOT_REACHED -> out.append(notReached(entry));
                case ROLLED_BACK -> out.append(entry.droplet().name()).append(": rolled back\n");
                case FAILED, UNREACHABLE -> out.append(failure(entry));
            }
        }
        findings(run, out);
        out.append(MatrixText.of(run.matrix()));
        log.annotations(run).forEach(line -> out.append(line).append('\n'));
    }

    @Override
    public String of(History history, int exitCode) {
        return new HistoryText(style).of(history);
    }

    @Override
    public String of(Proof proof, int exitCode) {
        return new ProofText(style).of(proof);
    }

    private void findings(Run run, PrintWriter out) {
        run.findings().forEach(f -> out.append(style.of(f)).append('\n'));
    }

    private void plan(Entry entry, PrintWriter all) {
        StringBuilder out = new StringBuilder();
        entry.warnings().forEach(w -> out.append("  ! ").append(Legible.line(w)).append('\n'));
        for (Change change : entry.changes()) {
            out.append("  * ").append(change.stage()).append(": ").append(Legible.line(change.describe()));
            out.append('\n');
            if (!change.risk().words().isEmpty()) {
                out.append(style.bad("    ! " + change.risk().words())).append('\n');
            }
            change.diffs().forEach(d -> diff(d, out));
        }
        out.append('\n');
        String size = Run.count(entry.changes().size(), "change");
        String title = style.bold(entry.droplet().toString());
        all.append(log.folded(entry.droplet().name(), title, size, out.toString()));
    }

    private void diff(List<String> lines, StringBuilder out) {
        for (String line : lines) {
            out.append("    ").append(style.diff(Legible.line(line))).append('\n');
        }
    }

    private String notReached(Entry entry) {
        String done = entry.done() == 0 ? "nothing was changed" : Run.count(entry.done(), "change") + " done";
        return entry.droplet().name() + ": not reached; " + done + left(entry) + "\n";
    }

    private static String left(Entry entry) {
        List<Change> left =
                entry.changes().subList(entry.done(), entry.changes().size());
        String steps = left.stream().map(c -> c.stage().toString()).distinct().collect(Collectors.joining(", "));
        return left.isEmpty() ? "" : ", left: " + steps;
    }

    private String failure(Entry entry) {
        Entry.Failure failure = entry.failure();
        if (failure == null) {
            return entry.droplet().name() + ": " + entry.status() + "\n";
        }
        // A lost connection's sentence brings the place along; the step that was lost belongs behind it.
        String place = entry.droplet() + ": ";
        boolean named = failure.why().startsWith(place);
        String who = named ? place : entry.droplet().name() + ": ";
        String why = named ? failure.why().substring(place.length()) : failure.why();
        String step = failure.step().isEmpty() ? "" : "failed to " + Legible.line(failure.step()) + ": ";
        StringBuilder out = new StringBuilder();
        out.append(style.bad(who + step + Legible.line(why))).append('\n');
        Legible.of(failure.output())
                .lines()
                .forEach(line -> out.append("  | ").append(line).append('\n'));
        if (!entry.changes().isEmpty()) {
            out.append("  ")
                    .append(Run.count(entry.done(), "change"))
                    .append(" done")
                    .append(left(entry))
                    .append('\n');
        }
        return out.toString();
    }
}
