package sessionctl.apply;

import java.util.regex.Pattern;

/**
 * The owner of leases, as recorded on the droplets.
 *
 * @param id the run's id
 * @param login the user and the machine where it was started
 * @param command in words
 * @param version of the program
 */
public record LeaseOwner(String id, String login, String command, String version) {
    private static final int MAX_LENGTH = 80;

    /** Controls, invisible characters, halves of characters, line ends and unassigned characters. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Cn}]");

    /**
     * Makes each value one printable field of a line, because it comes from the environment and is shown to other
     * users.
     */
    public LeaseOwner {
        id = field(id);
        login = field(login);
        command = field(command);
        version = field(version);
    }

    private static String field(String text) {
        int end = text.offsetByCodePoints(0, Math.min(MAX_LENGTH, text.codePointCount(0, text.length())));
        String field =
                UNPRINTABLE.matcher(text.substring(0, end)).replaceAll("_").strip();
        return field.isEmpty() ? "-" : field;
    }
}
