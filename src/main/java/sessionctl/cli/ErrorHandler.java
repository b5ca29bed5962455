package sessionctl.cli;

import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.action.OutputFormat;
import sessionctl.action.Terminal;
import sessionctl.desired.InvalidTemplateException;
import sessionctl.fleet.InternalFailure;
import sessionctl.inventory.yaml.InventoryProblem;
import sessionctl.inventory.yaml.SpellingSuggestion;
import sessionctl.report.BuildLog;
import sessionctl.report.TerminalSafe;
import sessionctl.report.json.RunJson;

/** Maps exceptions to error messages and exit codes. */
final class ErrorHandler implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final BuildLog log;
    private final String workspace;

    /**
     * Creates a handler.
     *
     * @param environment the environment variables, which show whether a build server reads the output
     */
    ErrorHandler(Map<String, String> environment) {
        log = BuildLog.of(environment, () -> 0);
        workspace = environment.getOrDefault("GITHUB_WORKSPACE", "");
    }

    /**
     * Reports a command line that cannot be parsed, with a suggestion if a word resembles a known one.
     *
     * @return the exit code
     */
    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        PrintWriter err = line.getErr();
        if (String.valueOf(e.getMessage()).startsWith("Missing required subcommand")) {
            line.usage(err);
            return ExitCode.USAGE;
        }
        String name = line.getCommandSpec().qualifiedName();
        err.println(Terminal.current().wrapped(name + ": " + TerminalSafe.line(sentence(e))));
        if (e instanceof UnmatchedArgumentException unmatched) {
            hint(unmatched.getUnmatched().get(0), line)
                    .ifPresent(hint -> err.println(Terminal.current().wrapped(hint)));
        }
        err.println("Try '" + name + " --help'.");
        if (json(args)) {
            line.getOut().print(RunJson.refused(line.getCommandName(), ExitCode.USAGE, sentence(e), List.of()));
        }
        return ExitCode.USAGE;
    }

    /** Returns what to type instead of a word; empty if nothing resembles it. */
    private static Optional<String> hint(String word, CommandLine line) {
        Optional<String> advice = line.getParent() == null ? OtherTools.advice(word) : Optional.empty();
        return advice.or(() ->
                suggest(word, line.getCommandSpec()).map(known -> "Did you mean: " + TerminalSafe.line(known) + "?"));
    }

    /** Returns whether a command line that could not be parsed asks for {@code --output json}. */
    private static boolean json(String[] args) {
        for (int i = 0; i < args.length; i++) {
            boolean apart = Set.of("--output", "-o").contains(args[i]) && i + 1 < args.length;
            String format = apart ? args[i + 1] : args[i].replaceFirst("^(--output=|-o=?)", "");
            if (format.equalsIgnoreCase("json") && (apart || !format.equals(args[i]))) {
                return true;
            }
        }
        return false;
    }

    /** Returns the error message; replaces messages of picocli that use terms of Java. */
    private static String sentence(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            String word = unmatched.getUnmatched().get(0);
            boolean choice = !e.getCommandLine().getSubcommands().isEmpty();
            return choice ? "there is no command '" + word + "'" : "unexpected argument \"" + word + "\"";
        }
        if (isPath(e)) {
            String name = e.getArgSpec() instanceof OptionSpec option
                    ? option.longestName()
                    : e.getArgSpec().paramLabel();
            return name + ": " + describeBadPath(String.valueOf(e.getValue()));
        }
        if (e.getArgSpec() instanceof OptionSpec option
                && e.getValue() != null
                && Set.of(int.class, Integer.class).contains(option.type())) {
            return option.longestName() + " must be a whole number (got \"" + e.getValue() + "\")";
        }
        return String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
    }

    private static boolean isPath(ParameterException e) {
        return e.getArgSpec() != null
                && e.getValue() != null
                && e.getArgSpec().typeInfo().getType() == Path.class;
    }

    /** Describes a text that is no path for Java: it contains a NUL, or a character that the locale cannot encode. */
    private static String describeBadPath(String text) {
        return "'" + text + "' is not a valid path here; use another one, or set LC_ALL=C.UTF-8 if it has letters"
                + " beyond ASCII";
    }

    /** Returns the visible command or option that resembles a word most; empty if none does. */
    private static Optional<String> suggest(String word, CommandSpec spec) {
        if (word.startsWith("-")) {
            List<String> names = spec.options().stream()
                    .filter(o -> !o.hidden())
                    .flatMap(o -> Stream.of(o.names()))
                    .filter(name -> name.startsWith("--"))
                    .toList();
            return SpellingSuggestion.nearest(word.replaceFirst("=.*", ""), names);
        }
        List<String> names = spec.subcommands().entrySet().stream()
                .filter(s -> !s.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .toList();
        return SpellingSuggestion.nearest(word, names);
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
        return failed(e, line, parsed);
    }

    /**
     * Reports an exception that ended a command: as lines on standard error, with {@code --output json} as a document,
     * too, and with -vv with its stack trace.
     *
     * @return the exit code
     */
    int failed(Throwable e, CommandLine line, ParseResult parsed) {
        Report report = Report.of(e);
        ParseResult own = subcommand(parsed);
        boolean json = own.matchedOptionValue("--output", OutputFormat.text) == OutputFormat.json;
        boolean[] verbose = own.matchedOptionValue("-v", new boolean[0]);
        lines(report).forEach(text -> line.getErr().println(Terminal.current().wrapped(text)));
        if (json) {
            String sentence = String.join("\n", report.sentences);
            line.getOut().print(RunJson.refused(line.getCommandName(), report.exitCode, sentence, report.problems));
        }
        if (verbose.length > 1) {
            e.printStackTrace(line.getErr());
        }
        return report.exitCode;
    }

    private List<String> lines(Report report) {
        return report.problems.isEmpty()
                ? report.sentences.stream().map(log::error).toList()
                : report.problems.stream().map(p -> log.problem(p, file(p))).toList();
    }

    /** Returns the file's path in the checkout, as a build server knows it; empty for standard input. */
    private String file(InventoryProblem problem) {
        if (problem.file().equals(InventoryOptions.STANDARD_INPUT) || workspace.isEmpty()) {
            return problem.file().equals(InventoryOptions.STANDARD_INPUT) ? "" : problem.file();
        }
        Path root = Path.of(workspace).toAbsolutePath().normalize();
        Path file = Path.of(problem.file()).toAbsolutePath().normalize();
        return file.startsWith(root) ? root.relativize(file).toString() : problem.file();
    }

    /** Returns the innermost subcommand, which has the options. */
    private static ParseResult subcommand(ParseResult parsed) {
        ParseResult own = parsed;
        while (own.hasSubcommand()) {
            own = own.subcommand();
        }
        return own;
    }

    private record Report(int exitCode, List<String> sentences, List<InventoryProblem> problems) {
        static Report of(Throwable e) {
            if (e instanceof ActionFailure failure) {
                return new Report(failure.exitCode(), List.of(failure.sentence()), List.of());
            }
            if (e instanceof InvalidInventoryException refused) {
                List<String> sentences = refused.problems().stream()
                        .map(InventoryProblem::toString)
                        .toList();
                return new Report(ExitCode.USAGE, sentences, refused.problems());
            }
            if (e instanceof InvalidPathException bad) {
                return new Report(ExitCode.USAGE, List.of(describeBadPath(bad.getInput())), List.of());
            }
            if (e instanceof InvalidTemplateException problem) {
                return new Report(ExitCode.USAGE, List.of(problem.sentence()), List.of());
            }
            return new Report(ExitCode.FAILED, List.of("sessionctl: " + InternalFailure.of(e)), List.of());
        }
    }
}
