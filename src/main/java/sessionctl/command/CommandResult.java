package sessionctl.command;

/**
 * What came back from a command.
 *
 * @param exit the exit status; 124 or 137 when the limit ended it (coreutils timeout), 128+n when a signal did
 * @param stdout standard output, one byte a character (ISO 8859-1)
 * @param stderr standard error, one byte a character (ISO 8859-1)
 */
public record CommandResult(int exit, String stdout, String stderr) {
    /** Whether the command said that it did what it was asked. */
    public boolean ok() {
        return exit == 0;
    }
}
