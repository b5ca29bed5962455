package sessionctl.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import sessionctl.manual.Page;

/** The pages of the manual, from what --help is made of. */
final class Pages {
    private static final List<Page.Entry> ENVIRONMENT = List.of(
            new Page.Entry("SESSIONCTL_INVENTORY", "The inventory where the command line names none."),
            new Page.Entry("SESSIONCTL_KNOWN_HOSTS", "The file of known host keys where --known-hosts names none."),
            new Page.Entry(
                    "SESSIONCTL_SUDO_PASSWORD",
                    "The password that sudo asks for on the droplets, where no option says how to get it."),
            new Page.Entry(
                    "SESSIONCTL_LAB", "The name of the lab, where several are up: 1 to 8 small letters and digits."),
            new Page.Entry("NAME", "Any variable that a value of the inventory names; see sessionctl-inventory(5)."),
            new Page.Entry("SSH_AUTH_SOCK", "The socket of the ssh-agent, as for ssh(1)."),
            new Page.Entry("NO_COLOR", "If set and not empty, output has no colours."),
            new Page.Entry(
                    "GITHUB_ACTIONS, GITLAB_CI",
                    "If true, the log has the folded groups and annotations of that build server. GITHUB_STEP_SUMMARY names"
                            + " the file for the result as Markdown, GITHUB_WORKSPACE the checkout."),
            new Page.Entry("JAVA_HOME", "The Java to run on, 17 or newer."),
            new Page.Entry(
                    "XDG_CACHE_HOME",
                    "Where the archive of classes is kept that makes the program start faster; ~/.cache where it is not"
                            + " set."));

    private static final List<Page.Entry> FILES = List.of(
            new Page.Entry("inventory.yml", "The inventory where nothing else is named; see sessionctl-inventory(5)."),
            new Page.Entry(
                    "~/.ssh/config, ~/.ssh/known_hosts, /etc/ssh/ssh_config, /etc/ssh/ssh_known_hosts",
                    "How a droplet is reached and which host key it has, as for ssh(1)."),
            new Page.Entry(
                    "/var/lib/sessionctl, /run/sessionctl",
                    "On a droplet: the first originals of changed files, what runs have left to do, and the lease of a"
                            + " run."),
            new Page.Entry("/usr/local/lib/sessionctl/guard", "On a droplet: the guard of its memcached."),
            new Page.Entry("/var/log/sessionctl.log", "On a droplet: a line for each run that changed it."));

    private Pages() {}

    /** A page a command, that of the program first; hidden commands and options have none. */
    static List<Page> of(CommandLine program) {
        List<Page> pages = new ArrayList<>();
        add(program, List.of(program.getCommandName()), pages);
        return pages;
    }

    private static void add(CommandLine command, List<String> words, List<Page> pages) {
        pages.add(page(command.getCommandSpec(), words));
        shown(command).forEach((name, below) -> {
            List<String> longer = new ArrayList<>(words);
            longer.add(name);
            add(below, longer, pages);
        });
    }

    private static Map<String, CommandLine> shown(CommandLine command) {
        return command.getSubcommands().entrySet().stream()
                .filter(e -> !e.getValue().getCommandSpec().usageMessage().hidden())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, java.util.LinkedHashMap::new));
    }

    private static Page page(CommandSpec spec, List<String> words) {
        return new Page(
                words,
                synopsis(spec),
                joined(spec.usageMessage().description()),
                spec.positionalParameters().stream()
                        .map(p -> new Page.Entry(p.paramLabel(), text(p)))
                        .toList(),
                spec.options().stream()
                        .filter(o -> !o.hidden())
                        .map(Pages::option)
                        .toList(),
                shown(spec.commandLine()).entrySet().stream()
                        .map(e -> new Page.Entry(
                                e.getKey(),
                                joined(e.getValue()
                                        .getCommandSpec()
                                        .usageMessage()
                                        .description())))
                        .toList(),
                Stream.of(spec.usageMessage().footer()).map(String::strip).toList(),
                spec.usageMessage().exitCodeList().entrySet().stream()
                        .map(e -> new Page.Entry(e.getKey(), e.getValue()))
                        .toList(),
                ENVIRONMENT,
                FILES);
    }

    private static String synopsis(CommandSpec spec) {
        String line = new Help(spec, Help.Ansi.OFF)
                .synopsis(0)
                .replaceAll("\\s+", " ")
                .strip();
        return line.substring(spec.qualifiedName().length()).strip();
    }

    private static Page.Option option(OptionSpec option) {
        Iterable<String> candidates = option.completionCandidates();
        List<String> values = candidates == null || option.arity().max() == 0
                ? List.of()
                : StreamSupport.stream(candidates.spliterator(), false).toList();
        String label = option.arity().max() == 0 ? "" : option.paramLabel();
        return new Page.Option(Arrays.asList(option.names()), label, values, text(option));
    }

    private static String text(ArgSpec argument) {
        String candidates =
                argument.completionCandidates() == null ? "" : String.join(", ", argument.completionCandidates());
        return joined(argument.description())
                .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValueString()))
                .replace("${COMPLETION-CANDIDATES}", candidates);
    }

    private static String joined(String[] lines) {
        return String.join(" ", lines).replace("%n", " ").replace("%%", "%").strip();
    }
}
