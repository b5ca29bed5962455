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
import sessionctl.manual.ManPage;

/** Derives the man pages from the command line's own description, as {@code --help} does. */
final class ManPages {
    private static final List<ManPage.Entry> ENVIRONMENT = List.of(
            new ManPage.Entry("SESSIONCTL_INVENTORY", "The inventory if the command line names none."),
            new ManPage.Entry("SESSIONCTL_KNOWN_HOSTS", "The file of known host keys if --known-hosts names none."),
            new ManPage.Entry(
                    "SESSIONCTL_SUDO_PASSWORD", "The password for sudo on the droplets, if no option supplies it."),
            new ManPage.Entry(
                    "SESSIONCTL_LAB", "The name of the lab: 1 to 8 lower-case letters and digits (default: lab)."),
            new ManPage.Entry("NAME", "Any variable that a value of the inventory names; see sessionctl-inventory(5)."),
            new ManPage.Entry("SSH_AUTH_SOCK", "The socket of the ssh-agent, as for ssh(1)."),
            new ManPage.Entry("NO_COLOR", "If set and not empty, output has no colours."),
            new ManPage.Entry(
                    "PAGER", "The program that shows a plan longer than the terminal; default less, none: cat."),
            new ManPage.Entry(
                    "GITHUB_ACTIONS, GITLAB_CI",
                    "If true, the log has the folded groups and annotations of that build server."
                            + " GITHUB_STEP_SUMMARY names the file for the result as Markdown, GITHUB_WORKSPACE the checkout."),
            new ManPage.Entry("JAVA_HOME", "The Java to run on, 17 or newer."),
            new ManPage.Entry(
                    "XDG_CACHE_HOME",
                    "The folder for the archive of classes with which the program starts faster; ~/.cache if not set."));

    private static final List<ManPage.Entry> FILES = List.of(
            new ManPage.Entry("inventory.yml", "The default inventory; see sessionctl-inventory(5)."),
            new ManPage.Entry(
                    "~/.ssh/config, ~/.ssh/known_hosts, /etc/ssh/ssh_config, /etc/ssh/ssh_known_hosts",
                    "The settings of connections and the known host keys, as for ssh(1)."),
            new ManPage.Entry(
                    "/var/lib/sessionctl, /run/sessionctl",
                    "On a droplet: the originals of changed files, the unfinished steps of runs, and the lease of a"
                            + " run."),
            new ManPage.Entry("/usr/local/lib/sessionctl/guard", "On a droplet: the guard of its memcached."),
            new ManPage.Entry("/var/log/sessionctl.log", "On a droplet: a line for each run that changed it."));

    private ManPages() {}

    /** Returns a page for each command, that of the program first. Hidden commands and options are left out. */
    static List<ManPage> of(CommandLine program) {
        List<ManPage> pages = new ArrayList<>();
        add(program, List.of(program.getCommandName()), pages);
        return pages;
    }

    private static void add(CommandLine command, List<String> words, List<ManPage> pages) {
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

    private static ManPage page(CommandSpec spec, List<String> words) {
        return new ManPage(
                words,
                synopsis(spec),
                joined(spec.usageMessage().description()),
                spec.positionalParameters().stream()
                        .map(p -> new ManPage.Entry(p.paramLabel(), text(p)))
                        .toList(),
                spec.options().stream()
                        .filter(o -> !o.hidden())
                        .map(ManPages::option)
                        .toList(),
                shown(spec.commandLine()).entrySet().stream()
                        .map(e -> new ManPage.Entry(
                                e.getKey(),
                                joined(e.getValue()
                                        .getCommandSpec()
                                        .usageMessage()
                                        .description())))
                        .toList(),
                Stream.of(spec.usageMessage().footer()).map(String::strip).toList(),
                spec.usageMessage().exitCodeList().entrySet().stream()
                        .map(e -> new ManPage.Entry(e.getKey(), e.getValue()))
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

    private static ManPage.Option option(OptionSpec option) {
        Iterable<String> candidates = option.completionCandidates();
        List<String> values = candidates == null || option.arity().max() == 0
                ? List.of()
                : StreamSupport.stream(candidates.spliterator(), false).toList();
        String label = option.arity().max() == 0 ? "" : option.paramLabel();
        return new ManPage.Option(Arrays.asList(option.names()), label, values, text(option));
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
