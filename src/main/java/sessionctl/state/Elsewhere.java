package sessionctl.state;

/**
 * A setting of PHP's sessions in a file that is not ours.
 *
 * @param line its number in the file
 * @param name of the setting
 * @param value as PHP reads it
 */
public record Elsewhere(String file, String line, String name, String value) {}
