package sessionctl.state;

import java.util.Objects;

/**
 * Thrown for a droplet that cannot become what the inventory asks for. The message is one sentence without its name.
 */
public final class UnsupportedDropletException extends Exception {
    private static final long serialVersionUID = 1;

    public UnsupportedDropletException(String sentence) {
        super(sentence);
    }

    /** Returns the message for the operator. */
    public String sentence() {
        return Objects.requireNonNull(getMessage());
    }
}
