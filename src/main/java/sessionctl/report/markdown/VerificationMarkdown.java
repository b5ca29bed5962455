package sessionctl.report.markdown;

import java.util.stream.Collectors;
import sessionctl.report.text.VerificationText;
import sessionctl.verify.CheckResult;
import sessionctl.verify.SessionReplicas;
import sessionctl.verify.VerificationResult;

/** The results of {@code verify} as Markdown, for a ticket or a wiki. */
final class VerificationMarkdown {
    private VerificationMarkdown() {}

    static String of(VerificationResult verification) {
        StringBuilder out = new StringBuilder("### sessionctl verify: ");
        out.append(
                verification.checks().isEmpty()
                        ? "nothing was tested"
                        : MarkdownText.line(VerificationText.summary(verification)));
        out.append('\n');
        if (!verification.causes().isEmpty()) {
            out.append('\n');
            verification
                    .causes()
                    .forEach(f -> out.append("- ")
                            .append(MarkdownText.line(VerificationText.sentence(f)))
                            .append('\n'));
        }
        if (!verification.checks().isEmpty()) {
            out.append("\n| result | check | what was tested |\n|---|---|---|\n");
            verification.checks().forEach(c -> out.append(row(c)));
        }
        if (!verification.phpUses().isEmpty()) {
            out.append('\n').append(MarkdownText.table(VerificationText.phpRows(verification)));
        }
        SessionReplicas copies = verification.replicas();
        if (copies != null && !copies.ids().isEmpty()) {
            out.append('\n').append(MarkdownText.table(VerificationText.replicaRows(copies)));
        }
        return out.toString();
    }

    private static String row(CheckResult one) {
        String word = VerificationText.word(one);
        String result = one.result() == CheckResult.Result.FAILED ? "**" + word + "**" : word;
        return "| " + result + " | " + MarkdownText.line(one.property()) + " | " + MarkdownText.line(one.detail())
                + one.failures().stream()
                        .flatMap(f -> VerificationText.lines(f, VerificationText.MAX_SESSIONS).stream())
                        .map(failures -> "<br>" + MarkdownText.line(failures))
                        .collect(Collectors.joining())
                + " |\n";
    }
}
