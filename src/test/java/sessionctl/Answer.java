package sessionctl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import sessionctl.command.CommandResult;

/**
 * What a droplet answers when it is asked for its facts, in a form to read and write by hand: a line {@code @ name} or
 * {@code @ file MODE OWNER PATH} begins a section.
 */
public final class Answer {
    private final Map<String, String> sections = new LinkedHashMap<>();

    private Answer(String text) {
        String head = "";
        for (String line : text.split("(?<=\n)", -1)) {
            if (line.startsWith("@ ")) {
                head = line.substring(2).strip();
                sections.put(head, "");
            } else if (!line.isEmpty()) {
                sections.merge(head, line, String::concat);
            }
        }
        sections.putIfAbsent("settings", "");
        sections.putIfAbsent("input", ":INPUT DROP\n");
    }

    /** A recorded or hand-written answer, {@code facts/<name>/answer.txt}. */
    public static Answer named(String name) throws IOException {
        return new Answer(Golden.bytes("facts/" + name + "/answer.txt"));
    }

    /** The answer in a folder. */
    public static Answer in(Path folder) throws IOException {
        return new Answer(Golden.bytes(folder.resolve("answer.txt")));
    }

    /** The same with another section. */
    public Answer with(String section, String text) {
        sections.put(section, text);
        return this;
    }

    /** What a section says. */
    public String text(String section) {
        return sections.getOrDefault(section, "");
    }

    /** The same without a section. */
    public Answer without(String section) {
        sections.remove(section);
        return this;
    }

    /** The same with something else everywhere. */
    public Answer replacing(String old, String fresh) {
        sections.replaceAll((head, text) -> text.replace(old, fresh));
        return this;
    }

    /** As the droplet's script writes it, before it is packed. */
    public String raw() {
        StringBuilder raw = new StringBuilder();
        sections.forEach((head, text) -> raw.append(section(head, text)));
        return raw.append("end 0\n\n").toString();
    }

    private static String section(String head, String text) {
        if (head.startsWith("file ")) {
            String[] words = head.split(" ", 2);
            return "file " + text.length() + " " + words[1] + "\n" + text + "\n";
        }
        String said = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return head + " " + said.length() + "\n" + said + "\n";
    }

    /** As it arrives. */
    public CommandResult result() {
        return new CommandResult(0, packed(raw()), "");
    }

    /** What gzip makes of it, one byte a character. */
    public static String packed(String raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(raw.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
