package sessionctl.report.text;

import java.util.ArrayList;
import java.util.List;
import sessionctl.report.RunReport;
import sessionctl.report.SessionFailureLines;
import sessionctl.report.ShortNames;
import sessionctl.report.TerminalSafe;
import sessionctl.report.TextStyle;
import sessionctl.report.WordWrap;
import sessionctl.verify.CheckFailure;
import sessionctl.verify.CheckResult;
import sessionctl.verify.SessionReplicas;
import sessionctl.verify.VerificationResult;

/** The results of {@code verify} as text: likely causes with remedies, then every check, then the replicas. */
public final class VerificationText {
    private static final int COLUMNS = 80;
    private static final int MAX_COLUMNS = 5;
    private static final String ON = "on ";

    /** The limit of sessions per finding; JSON lists all. */
    public static final int MAX_SESSIONS = 5;

    private static final String INDENT = " ".repeat(11);

    private final TextStyle style;

    public VerificationText(TextStyle style) {
        this.style = style;
    }

    String render(VerificationResult verification) {
        StringBuilder out = new StringBuilder();
        verification.causes().forEach(f -> out.append(style.bad(sentence(f))).append('\n'));
        out.append(verification.causes().isEmpty() ? "" : "\n");
        if (!verification.checks().isEmpty()) {
            out.append(style.bold(summary(verification))).append("\n\n");
            verification.checks().forEach(c -> writeCheck(c, out));
        }
        if (!verification.phpUses().isEmpty()) {
            out.append('\n').append(table(phpRows(verification)));
        }
        SessionReplicas copies = verification.replicas();
        if (copies != null && !copies.ids().isEmpty()) {
            out.append('\n').append(table(fitToWidth(replicaRows(copies), copies)));
        }
        return out.toString();
    }

    /** Formats a finding, as in {@code lamp02: memcached does not run; run: sessionctl provision}. */
    public static String sentence(CheckFailure finding) {
        String what = TerminalSafe.line(finding.fault());
        String place = what.startsWith(finding.droplet() + " (") ? "" : finding.droplet() + ": ";
        return place + what + (finding.remedy().isEmpty() ? "" : "; " + TerminalSafe.line(finding.remedy()));
    }

    /** Counts the results, as in "All 7 checks passed on 3 droplets.". */
    public static String summary(VerificationResult verification) {
        long failed = verification.count(CheckResult.Result.FAILED);
        long skipped = verification.count(CheckResult.Result.SKIPPED);
        int all = verification.checks().size();
        String where = " on " + RunReport.count(verification.droplets().size(), "droplet");
        if (failed == 0 && skipped == 0) {
            return (all == 1 ? "The one check passed" : "All " + all + " checks passed") + where + ".";
        }
        return RunReport.count(verification.count(CheckResult.Result.PASSED), "check") + " passed, " + failed
                + " failed, " + skipped + " skipped" + where + ".";
    }

    private void writeCheck(CheckResult one, StringBuilder out) {
        String result = word(one) + " ".repeat(INDENT.length() - word(one).length());
        String coloured = switch (one.result()) {
            case PASSED -> style.good(result);
            case FAILED -> style.bad(result);
            case SKIPPED -> result;
        };
        out.append(coloured).append(one.property()).append('\n');
        writeWrapped(TerminalSafe.line(one.detail()), out);
        one.failures().forEach(f -> lines(f, MAX_SESSIONS).forEach(line -> writeWrapped(line, out)));
    }

    private static void writeWrapped(String text, StringBuilder out) {
        if (!text.isBlank()) {
            out.append(WordWrap.at(COLUMNS, INDENT, INDENT + text.strip())).append('\n');
        }
    }

    /** Returns a finding and the first of its sessions, one per line. */
    public static List<String> lines(CheckFailure finding, int mostSessions) {
        List<String> lines = new ArrayList<>(List.of(sentence(finding)));
        lines.addAll(SessionFailureLines.lines(finding, mostSessions));
        return lines;
    }

    /** Returns the word for a result. */
    public static String word(CheckResult one) {
        return switch (one.result()) {
            case PASSED -> "ok";
            case FAILED -> "FAILED";
            case SKIPPED -> "skipped";
        };
    }

    /** Returns the versions and settings of each PHP. The first row is the head. */
    public static List<List<String>> phpRows(VerificationResult verification) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("droplet", "PHP", "memcache", "settings", "slowest answer"));
        for (VerificationResult.PhpUse use : verification.phpUses()) {
            rows.add(List.of(
                    use.droplet(),
                    TerminalSafe.line(use.php() + " " + use.sapi()),
                    use.module().isEmpty() ? "not loaded" : TerminalSafe.line(use.module()),
                    use.fingerprint(),
                    use.slowest() + " ms"));
        }
        return rows;
    }

    /**
     * Returns the servers that hold each droplet's session. The first row is the head. With many servers, their number
     * replaces their names.
     */
    public static List<List<String>> replicaRows(SessionReplicas copies) {
        List<List<String>> rows = new ArrayList<>();
        if (copies.held().size() > MAX_COLUMNS) {
            rows.add(List.of("written on", "copies"));
            copies.ids().keySet().forEach(w -> rows.add(List.of(w, countReplicas(copies, w))));
            return rows;
        }
        List<String> head = new ArrayList<>(List.of("written on"));
        copies.held().keySet().forEach(h -> head.add(ON + h));
        rows.add(head);
        for (String writer : copies.ids().keySet()) {
            List<String> row = new ArrayList<>(List.of(writer));
            copies.held().keySet().forEach(h -> row.add(copies.compare(writer, h)));
            rows.add(row);
        }
        return rows;
    }

    private static String countReplicas(SessionReplicas copies, String writer) {
        return copies.countHolders(writer) + " of " + copies.held().size();
    }

    private static String table(List<List<String>> rows) {
        return TextTable.of(rows.get(0), rows.subList(1, rows.size()));
    }

    /** Shortens the names of the droplets in the first column and in the head. */
    private static List<List<String>> fitToWidth(List<List<String>> rows, SessionReplicas copies) {
        List<String> head = rows.get(0);
        if (copies.held().size() > MAX_COLUMNS) {
            return rows;
        }
        int width = TextTable.columnWidth(head.size(), 0);
        List<String> shown = new ArrayList<>(List.of(head.get(0)));
        ShortNames.of(List.copyOf(copies.held().keySet()), width - ON.length()).forEach(h -> shown.add(ON + h));
        List<List<String>> narrow = new ArrayList<>(List.of(shown));
        narrow.addAll(rows.subList(1, rows.size()));
        return narrow;
    }
}
