package sessionctl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import sessionctl.health.Finding;
import sessionctl.inventory.InventoryProblem;

/**
 * The log of GitHub Actions: workflow commands, as its runner reads them (actions/runner, ActionCommand.cs).
 *
 * @param secret makes a word that no droplet can guess
 */
record GithubLog(Supplier<String> secret) implements BuildLog {
    /** The runner takes a line for a command that begins with two colons, after blanks, or has ##[ anywhere. */
    private static final Pattern COMMAND = Pattern.compile("(?m)^[^\\x21-\\x7e\n]*::|##\\[");

    @Override
    public String folded(String name, String title, String size, String text) {
        return "::group::" + escaped(title + ": " + size) + "\n" + words(text) + "::endgroup::\n";
    }

    @Override
    public String words(String text) {
        if (!COMMAND.matcher(text).find()) {
            return text;
        }
        String token = secret.get();
        return "::stop-commands::" + token + "\n" + text + "::" + token + "::\n";
    }

    @Override
    public String problem(InventoryProblem problem, String file) {
        String place = "file=" + property(file) + ",line=" + problem.line() + ",col=" + problem.column();
        return "::error " + (file.isEmpty() ? "" : place) + "::" + data(problem.toString());
    }

    @Override
    public String error(String sentence) {
        return "::error::" + data(sentence);
    }

    @Override
    public List<String> annotations(Run run) {
        List<String> lines = new ArrayList<>();
        for (Entry entry : run.entries()) {
            Entry.Failure failure = entry.failure();
            String title = " title=" + property(entry.droplet().name()) + "::";
            if (failure != null) {
                String step = failure.step().isEmpty() ? "" : "failed to " + failure.step() + ": ";
                lines.add("::error" + title + data(step + failure.why()));
            }
            entry.warnings().forEach(w -> lines.add("::warning" + title + data(w)));
        }
        for (Finding finding : run.findings()) {
            lines.add("::warning title=" + property(finding.droplet()) + "::" + data(finding.sentence()));
        }
        return lines;
    }

    private static String data(String text) {
        return escaped(Legible.of(text));
    }

    private static String escaped(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
