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
 * The answer of facts.sh, cut into its sections.
 *
 * @param texts by name
 * @param files by path
 */
record Sections(Map<String, String> texts, Map<String, FileState> files) {
    private static final int MOST_BYTES = 8 << 20;

    /** Of one kind of line; no real droplet says more of anything. */
    private static final int MOST_LINES = 100_000;

    /** Of a packet filter, whose rules are compared with each other; beyond that, hosts belong into sets (ipset(8)). */
    private static final int MOST_RULES = 20_000;

    private static final int MOST_SECTIONS = 1000;
    private static final int LONGEST_LINE = 4096;
    private static final int LONGEST_QUOTE = 200;

    /** A reader of the text that remembers how far it is. */
    private static final class Cursor {
        private final String text;
        private int at;

        Cursor(String text) {
            this.text = text;
        }

        boolean atEnd() {
            return at >= text.length();
        }

        String line() throws UnreadableFact {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                throw new UnreadableFact("its answer ends in the middle of a line");
            }
            String line = text.substring(at, end);
            at = end + 1;
            return line;
        }

        String bytes(String length) throws UnreadableFact {
            int size = length.matches("\\d{1,8}") ? Integer.parseInt(length) : -1;
            if (size < 0 || at + size >= text.length() || text.charAt(at + size) != '\n') {
                throw new UnreadableFact(
                        "its answer does not hold the " + cut(length, 20) + " bytes that it announces");
            }
            String bytes = text.substring(at, at + size);
            at += size + 1;
            return bytes;
        }
    }

    /** Reads the compressed answer. */
    static Sections of(String compressed) throws UnreadableFact {
        Cursor cursor = new Cursor(unpacked(compressed));
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, FileState> files = new LinkedHashMap<>();
        while (!cursor.atEnd()) {
            List<String> head = new ArrayList<>(List.of(cursor.line().split(" ", 5)));
            if (texts.size() + files.size() >= MOST_SECTIONS) {
                throw new UnreadableFact("its answer has more sections than anything asks for");
            }
            if (head.size() == 5 && head.get(0).equals("file")) {
                String mode = "0".repeat(Math.max(0, 3 - head.get(2).length())) + head.get(2);
                files.put(head.get(4), new FileState.Present(cursor.bytes(head.get(1)), mode, head.get(3)));
            } else if (head.size() == 2) {
                texts.put(head.get(0), cursor.bytes(head.get(1)));
            } else {
                throw new UnreadableFact("its answer holds the line " + quoted(String.join(" ", head)));
            }
        }
        if (!texts.containsKey("end")) {
            throw new UnreadableFact("its answer is cut short");
        }
        return new Sections(texts, files);
    }

    /** The lines of a text that a droplet wrote, as many and as long as any real one has them. */
    static List<String> lines(String text) {
        return text.lines()
                .limit(MOST_LINES)
                .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line)
                .toList();
    }

    /** What iptables-save(8) printed. */
    static FilterTable table(String save) throws UnreadableFact {
        List<String> lines = lines(save);
        if (lines.size() > MOST_RULES) {
            throw new UnreadableFact("its packet filter has more than " + MOST_RULES + " rules and chains");
        }
        return FilterTable.of(lines);
    }

    /** Words of a droplet in a sentence. */
    static String quoted(String words) {
        return '"' + cut(words, LONGEST_QUOTE) + '"';
    }

    /** Words of a droplet that belong in one field. */
    static String cut(String words) {
        return cut(words, LONGEST_QUOTE);
    }

    private static String cut(String words, int longest) {
        return words.length() > longest ? words.substring(0, longest) + "…" : words;
    }

    private static String unpacked(String compressed) throws UnreadableFact {
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(compressed.getBytes(StandardCharsets.ISO_8859_1)))) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new UnreadableFact("its answer is larger than any droplet's configuration");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UnreadableFact("its answer is cut short or does not come from a POSIX shell with gzip");
        }
    }

    /** A section that every answer has. */
    String text(String name) throws UnreadableFact {
        String text = texts.get(name);
        if (text == null) {
            throw new UnreadableFact("its answer says nothing of " + name);
        }
        return text;
    }
}
