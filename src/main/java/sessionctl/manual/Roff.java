package sessionctl.manual;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of the manual, in the language of man(7). */
public final class Roff {
    private final StringBuilder text = new StringBuilder();

    private Roff() {}

    /**
     * Writes a page of section 1.
     *
     * @param version the program's, which stands at the foot
     * @param date when that was made, as in 2026-11-24
     * @param others the names of the pages to see also
     */
    public static String page(Page page, String version, String date, List<String> others) {
        Roff roff = new Roff();
        roff.line(".TH " + quoted(page.name().toUpperCase(Locale.ROOT)) + " 1 \"" + date + "\" " + quoted(version));
        roff.section("NAME");
        roff.line(escaped(page.name()) + " \\- " + escaped(sentence(page.description())));
        roff.section("SYNOPSIS");
        roff.line(".B " + quoted(String.join(" ", page.words())));
        roff.text(page.synopsis());
        roff.section("DESCRIPTION");
        roff.text(page.description());
        roff.entries("ARGUMENTS", page.arguments());
        roff.entries("COMMANDS", page.commands());
        roff.entries("OPTIONS", page.options().stream().map(Roff::entry).toList());
        roff.entries("EXIT STATUS", page.exitCodes());
        roff.entries("ENVIRONMENT", page.environment());
        roff.entries("FILES", page.files());
        roff.section("EXAMPLE");
        roff.line(".EX");
        page.example().forEach(roff::text);
        roff.line(".EE");
        roff.section("SEE ALSO");
        roff.text(Stream.concat(others.stream().map(name -> name + "(1)"), Stream.of("sessionctl-inventory(5)"))
                .collect(Collectors.joining(", ")));
        return roff.text.toString();
    }

    /**
     * Writes the page of section 5 on the inventory, from the example that explains every key.
     *
     * @param example the text of inventories/example.yml
     */
    public static String inventory(String example, String version, String date) {
        Roff roff = new Roff();
        roff.line(".TH \"SESSIONCTL\\-INVENTORY\" 5 \"" + date + "\" " + quoted(version));
        roff.section("NAME");
        roff.line("sessionctl\\-inventory \\- which droplets share their PHP sessions, and how");
        roff.section("DESCRIPTION");
        ExampleKeys keys = ExampleKeys.of(example);
        String between = "";
        for (String paragraph : keys.introduction()) {
            roff.text.append(between);
            roff.text(paragraph);
            between = ".PP\n";
        }
        roff.entries("KEYS", keys.entries());
        roff.section("EXAMPLE");
        roff.line(".EX");
        List.of(
                        "ssh: {user: root, key: ~/.ssh/id_ed25519}",
                        "droplets:",
                        "  - {name: web01, public_ip: 203.0.113.11, private_ip: 10.0.0.11}",
                        "  - {name: web02, public_ip: 203.0.113.12, private_ip: 10.0.0.12}")
                .forEach(roff::text);
        roff.line(".EE");
        roff.section("SEE ALSO");
        roff.text("sessionctl(1), sessionctl-init(1), sessionctl-check(1)");
        return roff.text.toString();
    }

    private static Page.Entry entry(Page.Option option) {
        String value = option.label().isEmpty() ? "" : "=" + option.label();
        return new Page.Entry(
                option.names().stream()
                        .map(name -> name + (name.startsWith("--") ? value : ""))
                        .collect(Collectors.joining(", ")),
                option.text());
    }

    /** As apropos(1) wants it: the first sentence, without its full stop. */
    private static String sentence(String description) {
        return description.replaceFirst("[.:;] .*", "").replaceFirst("\\.$", "");
    }

    private void entries(String title, List<Page.Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        section(title);
        for (Page.Entry entry : entries) {
            line(".TP");
            line(".B " + quoted(entry.term()));
            text(entry.text());
        }
    }

    private void section(String title) {
        line(".SH " + quoted(title));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /** A line that is no request, whatever it begins with. */
    private void text(String words) {
        String escaped = escaped(words);
        line(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped);
    }

    /** One argument of a request (groff(7), Requests). */
    private static String quoted(String words) {
        return "\"" + escaped(words).replace("\"", "\\(dq") + "\"";
    }

    /** A dash that is typed is not a hyphen, and a backslash is one (groff_char(7)). */
    private static String escaped(String words) {
        return words.replace("\\", "\\(rs").replace("-", "\\-").replace("\n", " ");
    }
}
