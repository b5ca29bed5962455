package sessionctl.facts;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import sessionctl.state.FileState;
import sessionctl.state.FilterTable;

/**
 * The answer of facts.sh, divided into its sections.
 *
 * @param texts by name
 * @param files by path
 */
record AnswerSections(Map<String, String> texts, Map<String, FileState> files) {
    private static final int MAX_BYTES = 8 << 20;

    /** The maximum number of lines of one section. Real droplets have fewer. */
    private static final int MAX_LINES = 100_000;

    /**
     * The maximum number of rules of a packet filter, because rules are compared with each other. Longer lists of hosts
     * belong into sets (ipset(8)).
     */
    private static final int MAX_RULES = 20_000;

    private static final int MAX_SECTIONS = 1000;
    private static final int MAX_LINE_LENGTH = 4096;
    private static final int MAX_QUOTE_LENGTH = 200;

    /** A text and the offset up to which it was read. */
    private static final class Cursor {
        private final String text;
        private int at;

        Cursor(String text) {
            this.text = text;
        }

        boolean atEnd() {
            return at >= text.length();
        }

        String line() throws InvalidAnswerException {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                throw new InvalidAnswerException("its answer ends in the middle of a line");
            }
            String line = text.substring(at, end);
            at = end + 1;
            return line;
        }

        String bytes(String length) throws InvalidAnswerException {
            int size = length.matches("\\d{1,8}") ? Integer.parseInt(length) : -1;
            if (size < 0 || at + size >= text.length() || text.charAt(at + size) != '\n') {
                throw new InvalidAnswerException(
                        "its answer does not contain the " + cut(length, 20) + " bytes that it announces");
            }
            String bytes = text.substring(at, at + size);
            at += size + 1;
            return bytes;
        }
    }

    /**
     * Parses an answer.
     *
     * @param compressed the answer compressed by gzip, one character for each byte
     * @throws InvalidAnswerException if it is damaged, too large or of another form
     */
    static AnswerSections of(String compressed) throws InvalidAnswerException {
        Cursor cursor = new Cursor(decompress(compressed));
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, FileState> files = new LinkedHashMap<>();
        while (!cursor.atEnd()) {
            List<String> head = new ArrayList<>(List.of(cursor.line().split(" ", 5)));
            if (texts.size() + files.size() >= MAX_SECTIONS) {
                throw new InvalidAnswerException("its answer has more sections than sessionctl asks for");
            }
            if (head.size() == 5 && head.get(0).equals("file")) {
                String mode = "0".repeat(Math.max(0, 3 - head.get(2).length())) + head.get(2);
                files.put(head.get(4), new FileState.Present(cursor.bytes(head.get(1)), mode, head.get(3)));
            } else if (head.size() == 2) {
                texts.put(head.get(0), cursor.bytes(head.get(1)));
            } else {
                throw new InvalidAnswerException(
                        "its answer contains the unknown line \"" + cut(String.join(" ", head)) + "\"");
            }
        }
        if (!texts.containsKey("end")) {
            throw new InvalidAnswerException("its answer is incomplete");
        }
        return new AnswerSections(texts, files);
    }

    /** Returns the lines of a droplet's text. Their number and length are limited. */
    static List<String> lines(String text) {
        return text.lines()
                .limit(MAX_LINES)
                .map(line -> line.length() > MAX_LINE_LENGTH ? line.substring(0, MAX_LINE_LENGTH) : line)
                .toList();
    }

    /** Parses lines of NAME=VALUE and ignores other lines. */
    static Map<String, String> properties(String text) {
        Map<String, String> properties = new LinkedHashMap<>();
        lines(text).stream()
                .map(line -> line.split("=", 2))
                .filter(sides -> sides.length == 2)
                .forEach(sides -> properties.put(sides[0].strip(), sides[1]));
        return properties;
    }

    /**
     * Parses the output of iptables-save(8).
     *
     * @throws InvalidAnswerException if it has too many rules
     */
    static FilterTable table(String save) throws InvalidAnswerException {
        List<String> lines = lines(save);
        if (lines.size() > MAX_RULES) {
            throw new InvalidAnswerException("its packet filter has more than " + MAX_RULES + " rules and chains");
        }
        return FilterTable.of(lines);
    }

    /** Returns a droplet's text, shortened for use in one field. */
    static String cut(String words) {
        return cut(words, MAX_QUOTE_LENGTH);
    }

    private static String cut(String words, int longest) {
        return words.length() > longest ? words.substring(0, longest) + "…" : words;
    }

    private static String decompress(String compressed) throws InvalidAnswerException {
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(compressed.getBytes(StandardCharsets.ISO_8859_1)))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new InvalidAnswerException("its answer is larger than any droplet's configuration");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new InvalidAnswerException("its answer is incomplete or does not come from a POSIX shell with gzip");
        }
    }

    /**
     * Returns a required section.
     *
     * @throws InvalidAnswerException if it is missing
     */
    String text(String name) throws InvalidAnswerException {
        String text = texts.get(name);
        if (text == null) {
            throw new InvalidAnswerException("its answer lacks the section " + name);
        }
        return text;
    }
}
