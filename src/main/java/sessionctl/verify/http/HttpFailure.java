package sessionctl.verify.http;

import java.util.Objects;

/** A request without a usable answer. The caller must not draw conclusions from the answer. */
public final class HttpFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final String remedy;

    /** A failure with its description and its remedy, which may be empty. */
    public HttpFailure(String what, String remedy) {
        super(what);
        this.remedy = remedy;
    }

    /** The description, without the droplet's name. */
    public String what() {
        return Objects.requireNonNull(getMessage());
    }

    /** The action that fixes it; may be empty. */
    public String remedy() {
        return remedy;
    }
}
