package sessionctl.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.action.LogsAction;
import sessionctl.facts.LogsProbe;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.RunRenderer;

/** The {@code logs} command: shows the logs of all droplets' services together. Changes nothing. */
@Command(
        name = "logs",
        description = "Show the journals of memcached, its guard and the web server of all droplets, in the order of"
                + " time (UTC); changes nothing.",
        footerHeading = "%nExample:%n",
        footer = {"  sessionctl logs inventory.yml", "  sessionctl logs lamp02 inventory.yml --since 2h -n 1000"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown",
            "1:the logs of a droplet could not be read; the others are shown",
            "4:a droplet could not be reached or its host key was refused; the others are shown",
            "5:wrong usage or inventory; nothing was contacted",
            "130:interrupted"
        })
final class LogsCommand extends ClusterCommand {
    private static final Pattern AGE = Pattern.compile("([1-9]\\d{0,6})([smhd])");

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NAME",
            description = "Only this droplet (default: all). A word that names a file, or ends in .yml or .yaml, is the"
                    + " inventory.")
    private @Nullable String name;

    @Option(
            names = "--since",
            paramLabel = "AGE",
            defaultValue = "10m",
            description = "The age of the oldest line: a number and s, m, h or d (default: ${DEFAULT-VALUE}).")
    private String since = "10m";

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "200",
            description = "The last N lines of each droplet, " + LogsProbe.MAX_LINES
                    + " at most (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Override
    public Integer call() {
        long seconds = seconds();
        if (lines < 1 || lines > LogsProbe.MAX_LINES) {
            throw new ActionFailure(
                    ExitCode.USAGE, "--lines must be 1 to " + LogsProbe.MAX_LINES + " (got " + lines + ")");
        }
        String only = droplet();
        RunRenderer report = output.report();
        Cluster cluster = options.cluster();
        List<Droplet> chosen = only.isEmpty()
                ? options.chosen(cluster)
                : List.of(DropletSelection.named("logs", only, cluster.droplets()));
        return inspect(chosen, report, (fleet, console) -> new LogsAction(fleet, console).run(chosen, seconds, lines));
    }

    private long seconds() {
        Matcher age = AGE.matcher(since);
        if (!age.matches()) {
            throw new ActionFailure(
                    ExitCode.USAGE, "--since must be a number and s, m, h or d, as in 10m (got \"" + since + "\")");
        }
        long unit = switch (age.group(2)) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3600;
            default -> 86_400;
        };
        return Long.parseLong(age.group(1)) * unit;
    }

    /** Returns the name of the droplet; empty if the first argument is the inventory, or missing. */
    private String droplet() {
        if (name == null) {
            return "";
        }
        Path file = inventory(name);
        if (file != null) {
            options.inventory().giveFirst(file);
            return "";
        }
        if (options.isLimited()) {
            throw new ActionFailure(ExitCode.USAGE, "logs: give " + name + " or --limit, not both");
        }
        return name;
    }

    /** Returns the file that a word names; null if it is no inventory. */
    private static @Nullable Path inventory(String word) {
        try {
            Path file = Path.of(word);
            boolean named = word.equals("-") || word.endsWith(".yml") || word.endsWith(".yaml");
            return named || Files.exists(file) ? file : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
