package sessionctl.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A minimal terminal that computes what a person finally sees (ECMA-48: CUU, ED, EL, SGR). */
final class Screen {
    private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[([0-9;]*)([A-Za-z])");

    private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    private int row;
    private int column;

    void show(String bytes) {
        Matcher sequence = SEQUENCE.matcher(bytes);
        int at = 0;
        while (at < bytes.length()) {
            if (bytes.charAt(at) == '\u001b' && sequence.find(at) && sequence.start() == at) {
                control(sequence.group(1), sequence.group(2));
                at = sequence.end();
            } else {
                put(bytes.charAt(at++));
            }
        }
    }

    private void control(String number, String letter) {
        switch (letter) {
            case "A" -> row = Math.max(0, row - (number.isEmpty() ? 1 : Integer.parseInt(number)));
            case "J" -> {
                lines.get(row).setLength(Math.min(column, lines.get(row).length()));
                lines.subList(row + 1, lines.size()).clear();
            }
            case "K" -> lines.get(row).setLength(Math.min(column, lines.get(row).length()));
            case "m" -> {}
            default -> throw new AssertionError("a sequence that this screen does not know: " + number + letter);
        }
    }

    private void put(char c) {
        if (c == '\r') {
            column = 0;
        } else if (c == '\n') {
            down();
        } else {
            StringBuilder line = lines.get(row);
            line.append(" ".repeat(Math.max(0, column - line.length())));
            line.replace(column, Math.min(column + 1, line.length()), String.valueOf(c));
            column++;
        }
    }

    private void down() {
        row++;
        if (row == lines.size()) {
            lines.add(new StringBuilder());
        }
    }

    /** Returns the visible text. */
    String text() {
        return String.join("\n", lines);
    }
}
