package sessionctl.action;

import java.util.ArrayList;
import java.util.List;
import sessionctl.plan.Change;
import sessionctl.report.DropletReport;
import sessionctl.report.RunReport;

/** Shows a plan and asks the operator whether to apply it. */
final class PlanQuestion {
    private final Approval approval;
    private final Console console;
    private boolean document;

    PlanQuestion(Approval approval, Console console) {
        this.approval = approval;
        this.console = console;
    }

    /** Returns true if a person is asked, who has seen the plan then. */
    boolean isAsked() {
        return approval.isAsked();
    }

    /** Returns true if the results are one document, so that the plan was not printed with them. */
    boolean isDocument() {
        return document;
    }

    /** Shows the plan if a person is asked. Returns true if it may be applied. */
    boolean isApproved(RunReport plan) {
        if (!isAsked()) {
            return true;
        }
        document = !console.beforeQuestion(plan);
        if (document || !approval.hasSeenOutput()) {
            console.explain(plan);
        }
        return approval.isGiven(questionAbout(plan));
    }

    private static String questionAbout(RunReport plan) {
        int changes = plan.changes();
        if (changes == 0) {
            return "Roll back the unconfirmed rules of an earlier run? [y/N] ";
        }
        return "Apply " + (changes == 1 ? "this " : "these ") + RunReport.count(changes, "change") + " to "
                + RunReport.count(plan.changedDroplets(), "droplet") + "? [y/N] ";
    }

    /** Returns true if the consent to a plan covers another one: no person was asked, or both are shown alike. */
    boolean covers(RunReport approved, RunReport plan) {
        return !isAsked() || view(approved).equals(view(plan));
    }

    /**
     * Returns what the operator consents to. It leaves out what changes by itself: numbers in warnings, such as that of
     * evicted items, and the lines around a change, such as the rules of a program that blocks addresses.
     */
    private static List<Object> view(RunReport plan) {
        List<Object> shown = new ArrayList<>();
        plan.findings().forEach(f -> shown.addAll(List.of(f.severity(), f.droplet(), withoutNumbers(f.what()))));
        for (DropletReport entry : plan.entries()) {
            shown.add(entry.droplet());
            entry.warnings().forEach(warning -> shown.add(withoutNumbers(warning)));
            for (Change change : entry.changes()) {
                shown.addAll(List.of(change.stage(), change.describe(), change.risk()));
                change.diffs().stream()
                        .flatMap(List::stream)
                        .filter(line -> line.startsWith("+") || line.startsWith("-"))
                        .forEach(shown::add);
            }
        }
        return shown;
    }

    private static String withoutNumbers(String sentence) {
        return sentence.replaceAll("\\d+", "0");
    }

    /** Ends the line of a question that a signal interrupts. */
    void interrupt() {
        console.pager().end();
        approval.interrupt();
    }
}
