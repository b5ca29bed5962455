package sessionctl.manual;

import java.util.List;

/** Completions for fish, which has its own language for them (complete(1) of fish). */
public final class Fish {
    private final StringBuilder text = new StringBuilder();
    private final String program;

    private Fish(String program) {
        this.program = program;
    }

    /** The completions of all these commands. */
    public static String completions(String program, List<Page> pages) {
        Fish fish = new Fish(program);
        fish.line("# Completes what is typed after " + program + " in fish.");
        fish.line("function __" + program + "_at");
        fish.line("    set -l words (commandline -opc | string match -v -- '-*')");
        fish.line("    set -l last (math (count $argv) + 1)");
        fish.line("    test (count $words) -ge $last; and test \"$words[2..$last]\" = \"$argv\"");
        fish.line("end");
        fish.line("function __" + program + "_bare");
        fish.line("    set -l words (commandline -opc | string match -v -- '-*')");
        fish.line("    test (count $words) -eq (math (count $argv) + 1); and test \"$words[2..]\" = \"$argv\"");
        fish.line("end");
        pages.forEach(fish::page);
        return fish.text.toString();
    }

    private void page(Page page) {
        List<String> below = page.words().subList(1, page.words().size());
        for (Page.Entry command : page.commands()) {
            line(complete("bare", below) + " -f -a " + quoted(command.term()) + " -d " + quoted(command.text()));
        }
        for (Page.Option option : page.options()) {
            line(complete(below.isEmpty() ? "bare" : "at", below) + option(option));
        }
    }

    private String complete(String when, List<String> below) {
        return "complete -c " + program + " -n "
                + quoted("__" + program + "_" + when + (below.isEmpty() ? "" : " " + String.join(" ", below)));
    }

    private static String option(Page.Option option) {
        StringBuilder words = new StringBuilder();
        for (String name : option.names()) {
            words.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (!option.values().isEmpty()) {
            words.append(" -x -a ").append(quoted(String.join(" ", option.values())));
        } else if (!option.label().isEmpty()) {
            words.append(" -r");
        }
        return words + " -d " + quoted(option.text());
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /** Nothing is special between single quotes but these two (fish's language, Quotes). */
    private static String quoted(String words) {
        return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
