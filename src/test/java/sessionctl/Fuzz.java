package sessionctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Damages texts at random with fixed seeds, so that each run tests the same texts. A target gets {@code -Dfuzz.inputs}
 * inputs, 500 by default. A failure names its seed.
 */
public final class Fuzz {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 500);

    private static final List<String> PIECES = List.of(
            "\u0000",
            "\u001b[2J",
            "\r",
            "\u0085",
            "\u009b",
            "\u00e2\u0080\u00ae",
            "\ufffe",
            "\ud800",
            "\u2028",
            "\ufeff",
            "\"",
            "'",
            "`",
            "\\",
            "$(x)",
            "${A:-",
            "${",
            "%",
            "%n",
            "#",
            "##[",
            "::",
            "\t",
            " ",
            "  ",
            "\n",
            "\n\n",
            "=",
            ",",
            ";",
            "/",
            "..",
            "[",
            "]",
            "{",
            "}",
            "<",
            "&",
            "*",
            "!",
            "|",
            "-",
            "-1",
            "0",
            "00",
            ".",
            ":",
            "@",
            "~",
            "?",
            "e",
            "99999999999",
            "18446744073709551616",
            "-9223372036854775808",
            "1e999",
            "NaN",
            "0x10",
            "null",
            "true",
            "[]",
            "{}",
            "\u00e9",
            "a",
            "section_start:1:x");

    private Fuzz() {}

    /** Work on one input; an exception from it fails the test. */
    @FunctionalInterface
    public interface Work {
        void on(String input) throws Exception;
    }

    /** Damages valid texts, and random text as every tenth input, and calls the work for each result. */
    public static void each(List<String> sound, Work work) {
        for (int seed = 0; seed < INPUTS; seed++) {
            RandomGenerator random = new Random(seed);
            String text = seed % 10 == 9 ? noise(random) : sound.get(seed % sound.size());
            for (int times = random.nextInt(4); times >= 0; times--) {
                text = damaged(text, random);
            }
            try {
                work.on(text);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
    }

    private static String piece(RandomGenerator random) {
        return PIECES.get(random.nextInt(PIECES.size()));
    }

    private static String noise(RandomGenerator random) {
        return random.ints(1 + random.nextInt(80), 0, 0x120)
                .mapToObj(c -> c < 0x100 ? Character.toString(c) : PIECES.get(c % PIECES.size()))
                .collect(Collectors.joining());
    }

    private static String damaged(String text, RandomGenerator random) {
        List<String> lines = new ArrayList<>(List.of(text.split("(?<=\n)", -1)));
        int line = random.nextInt(lines.size());
        int at = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), at + random.nextInt(12));
        switch (random.nextInt(9)) {
            case 0 -> lines.remove(line);
            case 1 -> lines.add(random.nextInt(lines.size()), lines.get(line));
            case 2 -> lines.set(line, piece(random).repeat(1 + random.nextInt(300)) + lines.get(line));
            case 3 -> {
                return text.substring(0, at);
            }
            case 4 -> {
                return text.substring(0, at) + piece(random) + text.substring(to);
            }
            case 5 -> {
                return text.replaceFirst(
                        "(?s)(.{" + Math.min(at, 2000) + "}.*?)\\d+", "$1" + 99_999_999_999L * random.nextInt(9));
            }
            case 6 -> {
                return text.substring(0, at) + text.substring(to);
            }
            case 7 -> lines.set(line, flipped(lines.get(line), random));
            default -> {
                return text.substring(0, at) + piece(random).repeat(1 + random.nextInt(3)) + text.substring(at);
            }
        }
        return String.join("", lines);
    }

    private static String flipped(String line, RandomGenerator random) {
        if (line.isEmpty()) {
            return line;
        }
        int at = random.nextInt(line.length());
        return line.substring(0, at) + (char) (line.charAt(at) ^ (1 << random.nextInt(8))) + line.substring(at + 1);
    }
}
