package sessionctl.manual;

import java.util.List;

/** A writer of completions for fish, in the language of fish's complete(1). */
public final class FishCompletion {
    private final StringBuilder text = new StringBuilder();
    private final String program;

    private FishCompletion(String program) {
        this.program = program;
    }

    /**
     * Returns the completion script for all these commands.
     *
     * @param program the program's name
     * @param pages one page per command; the first word of each is the program
     */
    public static String completions(String program, List<ManPage> pages) {
        FishCompletion fish = new FishCompletion(program);
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
        fish.text.append(DropletNames.of(DropletNames.FISH, program));
        pages.forEach(fish::page);
        return fish.text.toString();
    }

    private void page(ManPage page) {
        List<String> below = page.words().subList(1, page.words().size());
        for (ManPage.Entry command : page.commands()) {
            line(complete("bare", below) + " -f -a " + quoted(command.term()) + " -d " + quoted(command.text()));
        }
        for (ManPage.Option option : page.options()) {
            line(complete(below.isEmpty() ? "bare" : "at", below) + option(option));
        }
        if (below.size() == 1 && DropletNames.COMMANDS.contains(below.get(0))) {
            line(complete("bare", below) + " -f -a '(__" + program + "_droplets)'");
        }
    }

    private String complete(String when, List<String> below) {
        return "complete -c " + program + " -n "
                + quoted("__" + program + "_" + when + (below.isEmpty() ? "" : " " + String.join(" ", below)));
    }

    private String option(ManPage.Option option) {
        StringBuilder words = new StringBuilder();
        for (String name : option.names()) {
            words.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (!option.values().isEmpty()) {
            words.append(" -x -a ").append(quoted(String.join(" ", option.values())));
        } else if (option.names().contains(DropletNames.OPTION)) {
            words.append(" -x -a '(__").append(program).append("_droplets)'");
        } else if (!option.label().isEmpty()) {
            words.append(" -r");
        }
        return words + " -d " + quoted(option.text());
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /** Quotes a word. In single quotes only a backslash and a single quote are special (fish's language, Quotes). */
    private static String quoted(String words) {
        return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
