package sessionctl.health;

/**
 * Something that is wrong.
 *
 * @param droplet where
 * @param what without the droplet's name
 * @param remedy the command that mends it; empty where no command can
 */
public record Finding(Severity severity, String droplet, String what, String remedy) {
    /** All of it in one line. */
    public String sentence() {
        return droplet + ": " + what + (remedy.isEmpty() ? "" : "; run: " + remedy);
    }
}
