package sessionctl.desired;

import java.util.Objects;

/** Thrown for an invalid template. The message is one sentence: the template, the place, the fault, the remedy. */
public final class InvalidTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidTemplateException(String sentence) {
        super(sentence);
    }

    /** Returns the message for the operator. */
    public String sentence() {
        return Objects.requireNonNull(getMessage());
    }
}
