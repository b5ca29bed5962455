package sessionctl.facts;

import java.util.Objects;

/**
 * Thrown for an answer that does not have the form of the probe's. No fact is guessed from such an answer. The message
 * is one sentence without the droplet's name.
 */
public final class InvalidAnswerException extends Exception {
    private static final long serialVersionUID = 1;

    public InvalidAnswerException(String sentence) {
        super(sentence);
    }

    /** Returns the message for the operator. */
    public String sentence() {
        return Objects.requireNonNull(getMessage());
    }
}
