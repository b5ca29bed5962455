package sessionctl.manual;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A writer of man pages in the language of man(7). */
public final class ManPageWriter {
    private final StringBuilder text = new StringBuilder();

    private ManPageWriter() {}

    /**
     * Returns the page of a command, for section 1.
     *
     * @param version the program's version, for the footer
     * @param date the date of that version, such as 2026-11-24
     * @param others the names of the pages to list under SEE ALSO
     */
    public static String page(ManPage page, String version, String date, List<String> others) {
        ManPageWriter roff = new ManPageWriter();
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
        roff.entries(
                "OPTIONS", page.options().stream().map(ManPageWriter::entry).toList());
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
     * Returns the page of the inventory's format, for section 5.
     *
     * @param example the text of inventories/example.yml, which explains every key
     * @param version the program's version, for the footer
     * @param date the date of that version, such as 2026-11-24
     */
    public static String inventory(String example, String version, String date) {
        ManPageWriter roff = new ManPageWriter();
        roff.line(".TH \"SESSIONCTL\\-INVENTORY\" 5 \"" + date + "\" " + quoted(version));
        roff.section("NAME");
        roff.line("sessionctl\\-inventory \\- which droplets share their PHP sessions, and how");
        roff.section("DESCRIPTION");
        InventoryKeys keys = InventoryKeys.of(example);
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

    private static ManPage.Entry entry(ManPage.Option option) {
        String value = option.label().isEmpty() ? "" : "=" + option.label();
        return new ManPage.Entry(
                option.names().stream()
                        .map(name -> name + (name.startsWith("--") ? value : ""))
                        .collect(Collectors.joining(", ")),
                option.text());
    }

    /** Returns the first sentence without its full stop, as apropos(1) expects it. */
    private static String sentence(String description) {
        return description.replaceFirst("[.:;] .*", "").replaceFirst("\\.$", "");
    }

    private void entries(String title, List<ManPage.Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        section(title);
        for (ManPage.Entry entry : entries) {
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

    /** Writes a line of text. The prefix {@code \&} keeps one that begins with a dot or quote from being a request. */
    private void text(String words) {
        String escaped = escaped(words);
        line(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped);
    }

    /** Returns one quoted argument of a request (groff(7), Requests). */
    private static String quoted(String words) {
        return "\"" + escaped(words).replace("\"", "\\(dq") + "\"";
    }

    /**
     * Escapes dashes, which are printed as hyphens otherwise, and backslashes, which begin an escape (groff_char(7)).
     */
    private static String escaped(String words) {
        return words.replace("\\", "\\(rs").replace("-", "\\-").replace("\n", " ");
    }
}
