package sessionctl.command;

/**
 * The result of a command.
 *
 * @param exit the exit status; 124 or 137 if the limit ended the command (coreutils timeout), 128+n if signal n did
 * @param stdout standard output, one byte per character (ISO 8859-1)
 * @param stderr standard error, one byte per character (ISO 8859-1)
 */
public record CommandResult(int exit, String stdout, String stderr) {
    /** Returns true if the exit status is 0. */
    public boolean ok() {
        return exit == 0;
    }
}
