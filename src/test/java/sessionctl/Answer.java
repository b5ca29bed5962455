package sessionctl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import sessionctl.command.CommandResult;

/**
 * A droplet's answer to the facts script, in a form that people can read and write: a line {@code @ name} or {@code @
 * file MODE OWNER PATH} begins a section.
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

    /** Reads a recorded or hand-written answer, {@code facts/<name>/answer.txt}. */
    public static Answer named(String name) throws IOException {
        return new Answer(Golden.bytes("facts/" + name + "/answer.txt"));
    }

    /** Reads {@code answer.txt} of a folder. */
    public static Answer in(Path folder) throws IOException {
        return new Answer(Golden.bytes(folder.resolve("answer.txt")));
    }

    /** Sets the text of a section in this answer. */
    public Answer with(String section, String text) {
        sections.put(section, text);
        return this;
    }

    /** Adds a packet filter without rules to this answer. */
    public Answer withoutRules() {
        return with("v4", "")
                .with("kept", "")
                .with("iptables", "yes")
                .with("sshd", "22")
                .with("pending", "")
                .with("policies", "");
    }

    /** Returns the text of a section, empty if the answer lacks it. */
    public String text(String section) {
        return sections.getOrDefault(section, "");
    }

    /** Removes a section from this answer. */
    public Answer without(String section) {
        sections.remove(section);
        return this;
    }

    /** Replaces a text in all sections of this answer. */
    public Answer replacing(String old, String fresh) {
        sections.replaceAll((head, text) -> text.replace(old, fresh));
        return this;
    }

    /** Returns the output of the droplet's script before it is packed. */
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
        String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return head + " " + body.length() + "\n" + body + "\n";
    }

    /** Returns the packed answer as the result of a command that succeeded. */
    public CommandResult result() {
        return new CommandResult(0, packed(raw()), "");
    }

    /** Compresses as little as the droplets' {@code gzip -1}. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** Compresses a text with gzip; the result has one character for each byte. */
    public static String packed(String raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new FastGzip(bytes)) {
            out.write(raw.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
