package sessionctl.report;

import java.util.ArrayList;
import java.util.List;
import sessionctl.health.Finding;
import sessionctl.inventory.yaml.InventoryProblem;

/**
 * The log of GitHub Actions. It formats workflow commands as the runner parses them (actions/runner, ActionCommand.cs).
 */
record GithubLog() implements BuildLog {
    @Override
    public String folded(String name, String title, String size, String text) {
        return TrustedControls.of("::group::") + escaped(title + ": " + size) + "\n" + text
                + TrustedControls.of("::endgroup::") + "\n";
    }

    /** The runner takes a line for a command if it begins with two colons, after blanks, or contains ##[ anywhere. */
    @Override
    public boolean obeys(CharSequence line, char next) {
        int length = line.length();
        return switch (next) {
            case ':' -> length == 1 && line.charAt(0) == ':';
            case '[' -> length > 1 && line.charAt(length - 1) == '#' && line.charAt(length - 2) == '#';
            default -> false;
        };
    }

    @Override
    public String problem(InventoryProblem problem, String file) {
        String place = "file=" + property(file) + ",line=" + problem.line() + ",col=" + problem.column();
        return TrustedControls.of("::error " + (file.isEmpty() ? "" : place) + "::") + data(problem.toString());
    }

    @Override
    public String error(String sentence) {
        return TrustedControls.of("::error::") + data(sentence);
    }

    @Override
    public List<String> annotations(RunReport run) {
        List<String> lines = new ArrayList<>();
        for (DropletReport entry : run.entries()) {
            DropletReport.Failure failure = entry.failure();
            String title = " title=" + property(entry.droplet().name()) + "::";
            if (failure != null) {
                String step = failure.step().isEmpty() ? "" : "failed to " + failure.step() + ": ";
                lines.add(TrustedControls.of("::error" + title) + data(step + failure.why()));
            }
            entry.warnings().forEach(w -> lines.add(TrustedControls.of("::warning" + title) + data(w)));
        }
        for (Finding finding : run.findings()) {
            lines.add(TrustedControls.of("::warning title=" + property(finding.droplet()) + "::")
                    + data(finding.sentence()));
        }
        return lines;
    }

    private static String data(String text) {
        return escaped(TerminalSafe.of(text));
    }

    private static String escaped(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
