package sessionctl.inventory;

/** Words of the file in a message: short, and unable to move a terminal's cursor or to swap letters. */
final class Quoted {
    private static final int LONGEST = 60;

    private Quoted() {}

    /** In quotes, cut when long. */
    static String of(String text) {
        return '"' + cut(text) + '"';
    }

    /** Without quotes, cut when long. */
    static String cut(String text) {
        return cut(text, LONGEST);
    }

    static String cut(String text, int longest) {
        boolean fits = text.codePointCount(0, text.length()) <= longest;
        return fits ? text : text.substring(0, text.offsetByCodePoints(0, longest)) + "…";
    }

    /** The same text with every invisible character written as its number. */
    static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        text.codePoints()
                .forEach(character -> visible.append(
                        isVisible(character) ? Character.toString(character) : "\\u%04x".formatted(character)));
        return visible.toString();
    }

    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
