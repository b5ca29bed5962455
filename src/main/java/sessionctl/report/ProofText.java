package sessionctl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sessionctl.verify.Case;
import sessionctl.verify.Copies;
import sessionctl.verify.Finding;
import sessionctl.verify.Proof;

/** What verify found, for a person: what is wrong and its remedy first, then every promise, then where the copies are. */
final class ProofText {
    private static final int COLUMNS = 80;
    private static final int MOST_COLUMNS = 5;
    private static final String ON = "on ";

    /** Of the sessions that a finding is about; JSON has all. */
    static final int MOST_SESSIONS = 5;

    private static final String INDENT = " ".repeat(11);

    private final Style style;

    ProofText(Style style) {
        this.style = style;
    }

    String of(Proof proof) {
        StringBuilder out = new StringBuilder();
        proof.causes().forEach(f -> out.append(style.bad(sentence(f))).append('\n'));
        out.append(proof.causes().isEmpty() ? "" : "\n");
        if (!proof.cases().isEmpty()) {
            out.append(style.bold(summary(proof))).append("\n\n");
            proof.cases().forEach(c -> one(c, out));
        }
        if (!proof.uses().isEmpty()) {
            out.append('\n').append(table(uses(proof)));
        }
        Copies copies = proof.copies();
        if (copies != null && !copies.ids().isEmpty()) {
            out.append('\n').append(table(narrow(copies(copies), copies)));
        }
        return out.toString();
    }

    /** As in {@code lamp02: memcached does not run; run: sessionctl provision}. */
    static String sentence(Finding finding) {
        String what = Legible.line(finding.what());
        String who = what.startsWith(finding.droplet() + " (") ? "" : finding.droplet() + ": ";
        return who + what + (finding.remedy().isEmpty() ? "" : "; " + Legible.line(finding.remedy()));
    }

    /** As in "All 7 promises hold on 3 droplets.". */
    static String summary(Proof proof) {
        long broken = proof.count(Case.Result.BROKEN);
        long untried = proof.count(Case.Result.NOT_TRIED);
        int all = proof.cases().size();
        String where = " on " + Run.count(proof.droplets().size(), "droplet");
        if (broken == 0 && untried == 0) {
            return (all == 1 ? "The one promise that was tried holds" : "All " + all + " promises hold") + where + ".";
        }
        return Run.count(proof.count(Case.Result.KEPT), "promise") + " kept, " + broken + " broken, " + untried
                + " not tried" + where + ".";
    }

    private void one(Case one, StringBuilder out) {
        String result = word(one) + " ".repeat(INDENT.length() - word(one).length());
        String coloured = switch (one.result()) {
            case KEPT -> style.good(result);
            case BROKEN -> style.bad(result);
            case NOT_TRIED -> result;
        };
        out.append(coloured).append(one.promise()).append('\n');
        wrapped(Legible.line(one.detail()))
                .forEach(line -> out.append(INDENT).append(line).append('\n'));
        one.findings()
                .forEach(f -> told(f, MOST_SESSIONS)
                        .forEach(told -> wrapped(told)
                                .forEach(line -> out.append(INDENT).append(line).append('\n'))));
    }

    /** What is wrong, then the first of the sessions that it was seen by. */
    static List<String> told(Finding finding, int mostSessions) {
        List<String> told = new ArrayList<>(List.of(sentence(finding)));
        told.addAll(ProofSessions.lines(finding, mostSessions));
        return told;
    }

    /** The result in words. */
    static String word(Case one) {
        return one.result().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (line.length() > 0 && INDENT.length() + line.length() + 1 + word.length() > COLUMNS) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        if (line.length() > 0) {
            lines.add(line.toString());
        }
        return lines;
    }

    /** What each PHP is; the first row is the head. */
    static List<List<String>> uses(Proof proof) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("droplet", "PHP", "memcache", "settings", "slowest answer"));
        for (Proof.Uses use : proof.uses()) {
            rows.add(List.of(
                    use.droplet(),
                    Legible.line(use.php() + " " + use.sapi()),
                    use.module().isEmpty() ? "not loaded" : Legible.line(use.module()),
                    use.fingerprint(),
                    use.slowest() + " ms"));
        }
        return rows;
    }

    /** Where each droplet's session was found; the first row is the head. Many servers are counted. */
    static List<List<String>> copies(Copies copies) {
        List<List<String>> rows = new ArrayList<>();
        if (copies.held().size() > MOST_COLUMNS) {
            rows.add(List.of("written on", "copies"));
            copies.ids().keySet().forEach(w -> rows.add(List.of(w, counted(copies, w))));
            return rows;
        }
        List<String> head = new ArrayList<>(List.of("written on"));
        copies.held().keySet().forEach(h -> head.add(ON + h));
        rows.add(head);
        for (String writer : copies.ids().keySet()) {
            List<String> row = new ArrayList<>(List.of(writer));
            copies.held().keySet().forEach(h -> row.add(copies.of(writer, h)));
            rows.add(row);
        }
        return rows;
    }

    private static String counted(Copies copies, String writer) {
        return copies.there(writer) + " of " + copies.held().size();
    }

    private static String table(List<List<String>> rows) {
        return TextTable.of(rows.get(0), rows.subList(1, rows.size()));
    }

    /** The names of the droplets stand at the side and at the top. */
    private static List<List<String>> narrow(List<List<String>> rows, Copies copies) {
        List<String> head = rows.get(0);
        if (copies.held().size() > MOST_COLUMNS) {
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
