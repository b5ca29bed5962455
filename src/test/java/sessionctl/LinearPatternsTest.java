package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Checks that each regular expression of the program reads its input a bounded number of times and without recursion,
 * so that input from a droplet, a file or another program neither makes it slow nor overflows the stack. The test
 * counts steps; it does not measure time.
 */
@Tag("slow")
class LinearPatternsTest {
    private static final int LENGTH = 512;

    /** The maximum number of complete reads of an input. A pattern with quadratic cost needs more than 200. */
    private static final int MOST_READS = 60;

    private static final int LONG = 12_000;
    private static final int STACK = 512 << 10;

    /** The length that the program allows for the input of these patterns. */
    private static final Map<String, Integer> BOUNDED = Map.of("AddressTypes.MISTAKES[0].pattern", 200);

    private static final String LITERAL = "\"((?:[^\"\\\\]|\\\\.)*)\"";
    private static final Pattern INLINE = Pattern.compile(
            "\\.(matches|replaceAll|replaceFirst|split)\\(\\s*((?:" + LITERAL + "|\\s*\\+\\s*)+)\\s*[,)]",
            Pattern.DOTALL);

    /** The calls that search for a pattern within a text; {@code matches} compares it with the complete text. */
    private static final String SEARCHES = "\\.(find|results|split|replaceAll|replaceFirst|appendReplacement)\\(";

    /**
     * A pattern of the program.
     *
     * @param searched true if the program searches for it within a text; false if the complete text must match
     */
    private record Used(Pattern pattern, boolean searched) {}

    /** A text that counts how often its characters are read. */
    private static final class Counted implements CharSequence {
        private final CharSequence text;
        private final long most;
        private long reads;

        Counted(CharSequence text, long most) {
            this.text = text;
            this.most = most;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++reads > most) {
                throw new TooSlow();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static final class TooSlow extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Finds the program's patterns, by the place where they are defined. */
    private static Map<String, Used> patterns() throws IOException {
        Map<String, Used> patterns = new TreeMap<>();
        Path sources = Path.of("src/main/java");
        List<Path> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.filter(f -> f.toString().endsWith(".java") && !f.endsWith("package-info.java"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String name =
                    sources.relativize(file).toString().replace(".java", "").replace('/', '.');
            String source = Files.readString(file);
            Map<String, Pattern> fields = new TreeMap<>();
            fields(name, fields);
            fields.forEach((field, pattern) -> patterns.put(field, new Used(pattern, searched(field, source))));
            Matcher inline = INLINE.matcher(source);
            while (inline.find()) {
                Pattern pattern = Pattern.compile(unescaped(inline.group(2)));
                String where =
                        name + "." + inline.group(1) + " " + inline.group(2).replaceAll("\\s+", " ");
                patterns.put(where, new Used(pattern, !inline.group(1).equals("matches")));
            }
        }
        return patterns;
    }

    private static boolean searched(String field, String source) {
        String name = field.replaceAll("^.*\\.([A-Z_]+)\\b.*", "$1");
        boolean directly = Pattern.compile("\\b" + name + "\\b[^;]*" + SEARCHES)
                .matcher(source)
                .find();
        Matcher assigned = Pattern.compile("Matcher (\\w+) =\\s*" + name + "\\s*\\.matcher")
                .matcher(source);
        boolean later = false;
        while (assigned.find()) {
            later |= Pattern.compile("\\b" + assigned.group(1) + SEARCHES)
                    .matcher(source)
                    .find();
        }
        return directly || later;
    }

    private static String unescaped(String literals) {
        StringBuilder text = new StringBuilder();
        Matcher literal = Pattern.compile(LITERAL).matcher(literals);
        while (literal.find()) {
            text.append(literal.group(1).translateEscapes());
        }
        return text.toString();
    }

    private static void fields(String name, Map<String, Pattern> patterns) {
        try {
            Class<?> type = Class.forName(name);
            List<Class<?>> types = new ArrayList<>(List.of(type));
            types.addAll(List.of(type.getDeclaredClasses()));
            for (Class<?> one : types) {
                for (Field field : one.getDeclaredFields()) {
                    if (Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                        field.setAccessible(true);
                        collect(one.getSimpleName() + "." + field.getName(), field.get(null), patterns, 0);
                    }
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a field cannot be read", e);
        }
    }

    /** Collects patterns from a field value, from records and from lists of records. */
    private static void collect(String where, Object value, Map<String, Pattern> patterns, int depth)
            throws ReflectiveOperationException {
        if (value instanceof Pattern pattern) {
            patterns.put(where, pattern);
        } else if (value instanceof Iterable<?> all && depth < 3 && !(value instanceof Path)) {
            int i = 0;
            for (Object one : all) {
                collect(where + "[" + i++ + "]", one, patterns, depth + 1);
            }
        } else if (value instanceof Object[] all && depth < 3) {
            collect(where, List.of(all), patterns, depth);
        } else if (value instanceof Record && depth < 3) {
            for (Field field : value.getClass().getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    collect(where + "." + field.getName(), field.get(value), patterns, depth + 1);
                }
            }
        }
    }

    /**
     * Returns the pieces of hostile texts: characters from the pattern and others, alone and in pairs, and the
     * pattern's words.
     */
    private static Set<String> atoms(Pattern pattern) {
        String source = pattern.pattern();
        Set<String> letters = new LinkedHashSet<>(List.of("a", "0", " ", "\n", "!"));
        source.replaceAll("\\\\[A-Za-z]", " ")
                .codePoints()
                .filter(c -> c < 0x7f)
                .forEach(c -> {
                    if (!Character.isLetterOrDigit(c) && letters.size() < 16) {
                        letters.add(Character.toString(c));
                    }
                });
        Set<String> atoms = new LinkedHashSet<>(letters);
        letters.forEach(a -> letters.forEach(b -> atoms.add(a + b)));
        List<String> words = words(source);
        words.forEach(word -> {
            atoms.add(word);
            words.forEach(other -> atoms.add(word + other));
            letters.forEach(letter -> atoms.add(word + letter));
        });
        atoms.addAll(List.of("\r", "\u0085", "\t", "${A:-", "${A", "\\", "\\#", "a, b", "1.2", "::", "x=\"", "/x:1:"));
        return atoms;
    }

    private static List<String> words(String source) {
        return Pattern.compile("[A-Za-z_:/.=\\[ -]{2,}")
                .matcher(source.replaceAll("\\\\[QE]", "")
                        .replaceAll("\\\\(?![A-Za-z])", "")
                        .replaceAll("\\[([^\\]])\\]", "$1"))
                .results()
                .map(r -> r.group())
                .limit(12)
                .toList();
    }

    private static List<String> texts(String atom, List<String> words, int length) {
        List<String> texts = new ArrayList<>();
        String many = atom.repeat(Math.max(1, length / atom.length()));
        for (String end : List.of("", "\u0085", "!")) {
            texts.add(many + end);
            texts.add("x" + many + end);
            words.stream().limit(3).forEach(word -> texts.add(word + many + end));
        }
        return texts;
    }

    private static void use(Matcher matcher, boolean searched) {
        boolean found = searched ? matcher.find() : matcher.matches();
        while (searched && found) {
            found = matcher.find();
        }
    }

    /** Returns the number of reads, or one more than the limit if the limit is exceeded. */
    private static long reads(Used used, String text, long most) {
        Counted counted = new Counted(text, most);
        try {
            use(used.pattern().matcher(counted), used.searched());
        } catch (TooSlow e) {
            return most + 1;
        }
        return counted.reads;
    }

    private static List<String> slow(String name, Used used) {
        List<String> slow = new ArrayList<>();
        List<String> words = words(used.pattern().pattern());
        for (String atom : atoms(used.pattern())) {
            boolean read = false;
            for (String text : texts(atom, words, bound(name, LENGTH))) {
                long most = (long) MOST_READS * text.length();
                long reads = reads(used, text, most);
                read |= reads > LENGTH / 2;
                if (reads > most) {
                    slow.add(name + " reads its input more than " + MOST_READS + " times: " + shown(text) + " of "
                            + shown(atom));
                    return slow;
                }
            }
            if (read) {
                overflow(name, used, atom, words).ifPresent(slow::add);
            }
        }
        return slow;
    }

    private static int bound(String name, int length) {
        return Math.min(length, BOUNDED.getOrDefault(name, length));
    }

    private static Optional<String> overflow(String name, Used used, String atom, List<String> words) {
        for (String text : texts(atom, words, bound(name, LONG)).subList(0, 2)) {
            try {
                if (reads(used, text, Long.MAX_VALUE) == 0) {
                    return Optional.empty();
                }
            } catch (StackOverflowError e) {
                return Optional.of(name + " overflows the stack: " + shown(atom));
            }
        }
        return Optional.empty();
    }

    private static String shown(String text) {
        String some = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        return "\"" + some.replace("\n", "\\n").replace("\r", "\\r").replace("\u0085", "\\x85") + "\"";
    }

    @Test
    void noPatternReadsItsInputTooOftenOrOverflowsTheStack() throws Exception {
        Map<String, Used> patterns = new LinkedHashMap<>(patterns());
        assertThat(patterns.size()).as("patterns found").isGreaterThan(90);
        List<String> slow = new ArrayList<>();
        // The stack size that the launcher sets for threads.
        Thread thread =
                new Thread(null, () -> patterns.forEach((name, p) -> slow.addAll(slow(name, p))), "patterns", STACK);
        thread.start();
        thread.join();
        assertThat(String.join("\n", slow)).isEmpty();
    }

    @Test
    void aSlowPatternIsReportedAndALinearOneIsNot() {
        assertThat(slow("square", new Used(Pattern.compile("(?m)^\\s*x"), true)))
                .isNotEmpty();
        assertThat(slow("square", new Used(Pattern.compile("/+$"), true))).isNotEmpty();
        assertThat(slow("linear", new Used(Pattern.compile("(?<!/)/+$"), true))).isEmpty();
    }
}
