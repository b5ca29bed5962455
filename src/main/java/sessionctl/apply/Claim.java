package sessionctl.apply;

/**
 * What a run says of itself to the droplets that it holds.
 *
 * @param id its own
 * @param who the user and the machine where it was started
 * @param command in words
 * @param version of the program
 */
public record Claim(String id, String who, String command, String version) {
    private static final int LONGEST = 80;

    /** Makes each of them one legible field of a line: it comes from the environment, and goes to other people's eyes. */
    public Claim {
        id = field(id);
        who = field(who);
        command = field(command);
        version = field(version);
    }

    private static String field(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> safe.appendCodePoint(seen(c) ? c : '_'));
        String field = safe.toString().strip();
        return field.isEmpty() ? "-" : field;
    }

    private static boolean seen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
