package sessionctl.cli;

import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import sessionctl.desired.TemplateProblem;
import sessionctl.fleet.OwnFault;
import sessionctl.inventory.InventoryProblem;
import sessionctl.inventory.Spelling;
import sessionctl.report.BuildLog;
import sessionctl.report.JsonReport;
import sessionctl.report.Legible;

/** Turns what went wrong into sentences and an exit code; the only place that knows of both. */
final class Complaints {
    private final BuildLog log;
    private final String workspace;

    /** Complaints in an environment that tells of a build server, or of none. */
    Complaints(Map<String, String> environment) {
        log = BuildLog.of(environment, () -> 0);
        workspace = environment.getOrDefault("GITHUB_WORKSPACE", "");
    }

    /** A command line that cannot be understood. */
    static int wrongUsage(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        PrintWriter err = line.getErr();
        err.println(line.getCommandSpec().qualifiedName() + ": " + Legible.line(sentence(e)));
        if (e instanceof UnmatchedArgumentException unmatched) {
            meant(unmatched.getUnmatched().get(0), line.getCommandSpec())
                    .ifPresent(word -> err.println("Did you mean: " + Legible.line(word) + "?"));
        }
        err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        if (json(args)) {
            line.getOut().print(JsonReport.refused(line.getCommandName(), ExitCode.USAGE, sentence(e), List.of()));
        }
        return ExitCode.USAGE;
    }

    /** Whether JSON was asked for, by a command line that could not be parsed. */
    private static boolean json(String[] args) {
        for (int i = 0; i < args.length; i++) {
            boolean apart = args[i].equals("--output") && i + 1 < args.length;
            String format = apart ? args[i + 1] : args[i].startsWith("--output=") ? args[i].substring(9) : "";
            if (format.toLowerCase(Locale.ROOT).equals("json")) {
                return true;
            }
        }
        return false;
    }

    /** What is so, where picocli says it in the words of Java. */
    private static String sentence(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            String word = "'" + unmatched.getUnmatched().get(0) + "'";
            boolean choice = !e.getCommandLine().getSubcommands().isEmpty();
            return choice ? "there is no command " + word : word + " is one word too many";
        }
        if (pathLike(e)) {
            String name = e.getArgSpec() instanceof OptionSpec option
                    ? option.longestName()
                    : e.getArgSpec().paramLabel();
            return name + ": " + noPath(String.valueOf(e.getValue()));
        }
        if (e.getArgSpec() instanceof OptionSpec option
                && e.getValue() != null
                && Set.of(int.class, Integer.class).contains(option.type())) {
            return option.longestName() + ": '" + e.getValue() + "' is not a whole number";
        }
        return String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
    }

    private static boolean pathLike(ParameterException e) {
        return e.getArgSpec() != null
                && e.getValue() != null
                && e.getArgSpec().typeInfo().getType() == Path.class;
    }

    /** A text that Java makes no path of: it holds a NUL, or a character that the locale has not. */
    private static String noPath(String text) {
        return "'" + text + "' cannot be a path here; write another one, or set LC_ALL=C.UTF-8 where it has letters"
                + " beyond ASCII";
    }

    /** The command or option that a word resembles. */
    private static Optional<String> meant(String word, CommandSpec spec) {
        if (word.startsWith("-")) {
            List<String> names = spec.options().stream()
                    .filter(o -> !o.hidden())
                    .flatMap(o -> Stream.of(o.names()))
                    .filter(name -> name.startsWith("--"))
                    .toList();
            return Spelling.nearest(word.replaceFirst("=.*", ""), names);
        }
        List<String> names = spec.subcommands().entrySet().stream()
                .filter(s -> !s.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .toList();
        return Spelling.nearest(word, names);
    }

    /** A command that ended early. */
    int failed(Throwable e, CommandLine line, ParseResult parsed) {
        Told told = Told.of(e);
        ParseResult own = subcommand(parsed);
        boolean json = own.matchedOptionValue("--output", Format.text) == Format.json;
        boolean[] verbose = own.matchedOptionValue("-v", new boolean[0]);
        lines(told).forEach(line.getErr()::println);
        if (json) {
            String sentence = String.join("\n", told.sentences);
            line.getOut().print(JsonReport.refused(line.getCommandName(), told.exitCode, sentence, told.problems));
        }
        if (verbose.length > 1) {
            e.printStackTrace(line.getErr());
        }
        return told.exitCode;
    }

    private List<String> lines(Told told) {
        return told.problems.isEmpty()
                ? told.sentences.stream().map(log::error).toList()
                : told.problems.stream().map(p -> log.problem(p, file(p))).toList();
    }

    /** The file as it lies in the checkout, which is how a build server knows it; empty where it is none. */
    private String file(InventoryProblem problem) {
        if (problem.file().equals(InventoryOptions.STANDARD_INPUT) || workspace.isEmpty()) {
            return problem.file().equals(InventoryOptions.STANDARD_INPUT) ? "" : problem.file();
        }
        Path root = Path.of(workspace).toAbsolutePath().normalize();
        Path file = Path.of(problem.file()).toAbsolutePath().normalize();
        return file.startsWith(root) ? root.relativize(file).toString() : problem.file();
    }

    /** The options stand with the command that was asked for, not with the program. */
    private static ParseResult subcommand(ParseResult parsed) {
        ParseResult own = parsed;
        while (own.hasSubcommand()) {
            own = own.subcommand();
        }
        return own;
    }

    private record Told(int exitCode, List<String> sentences, List<InventoryProblem> problems) {
        static Told of(Throwable e) {
            if (e instanceof CliFailure failure) {
                return new Told(failure.exitCode(), List.of(failure.sentence()), List.of());
            }
            if (e instanceof InventoryRefused refused) {
                List<String> sentences = refused.problems().stream()
                        .map(InventoryProblem::toString)
                        .toList();
                return new Told(ExitCode.USAGE, sentences, refused.problems());
            }
            if (e instanceof InvalidPathException bad) {
                return new Told(ExitCode.USAGE, List.of(noPath(bad.getInput())), List.of());
            }
            if (e instanceof TemplateProblem problem) {
                return new Told(ExitCode.USAGE, List.of(problem.sentence()), List.of());
            }
            return new Told(ExitCode.FAILED, List.of("sessionctl: " + OwnFault.of(e)), List.of());
        }
    }
}
