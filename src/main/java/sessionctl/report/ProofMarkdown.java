package sessionctl.report;

import java.util.List;
import java.util.stream.Collectors;
import sessionctl.verify.Case;
import sessionctl.verify.Copies;
import sessionctl.verify.Proof;

/** What verify found, for a ticket or a wiki. */
final class ProofMarkdown {
    private ProofMarkdown() {}

    static String of(Proof proof) {
        StringBuilder out = new StringBuilder("### sessionctl verify: ");
        out.append(proof.cases().isEmpty() ? "nothing was tried" : MarkdownReport.line(ProofText.summary(proof)));
        out.append('\n');
        if (!proof.causes().isEmpty()) {
            out.append('\n');
            proof.causes()
                    .forEach(f -> out.append("- ")
                            .append(MarkdownReport.line(ProofText.sentence(f)))
                            .append('\n'));
        }
        if (!proof.cases().isEmpty()) {
            out.append("\n| result | promise | what was tried |\n|---|---|---|\n");
            proof.cases().forEach(c -> out.append(row(c)));
        }
        if (!proof.uses().isEmpty()) {
            out.append('\n').append(table(ProofText.uses(proof)));
        }
        Copies copies = proof.copies();
        if (copies != null && !copies.ids().isEmpty()) {
            out.append('\n').append(table(ProofText.copies(copies)));
        }
        return out.toString();
    }

    private static String row(Case one) {
        String word = ProofText.word(one);
        String result = one.result() == Case.Result.BROKEN ? "**" + word + "**" : word;
        return "| " + result + " | " + MarkdownReport.line(one.promise()) + " | " + MarkdownReport.line(one.detail())
                + one.findings().stream()
                        .flatMap(f -> ProofText.told(f, ProofText.MOST_SESSIONS).stream())
                        .map(told -> "<br>" + MarkdownReport.line(told))
                        .collect(Collectors.joining())
                + " |\n";
    }

    private static String table(List<List<String>> rows) {
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            row.forEach(
                    cell -> out.append("| ").append(MarkdownReport.line(cell)).append(' '));
            out.append("|\n");
            if (row == rows.get(0)) {
                out.append("|---".repeat(row.size())).append("|\n");
            }
        }
        return out.toString();
    }
}
