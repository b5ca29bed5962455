package sessionctl.ssh;

import org.jspecify.annotations.Nullable;

/**
 * A failure to reach a droplet, or the loss of its connection. The message is a sentence for people: the place, the
 * cause and the remedy.
 */
public final class SshFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final String sentence;

    private final Kind kind;

    /** The step that failed. Scripts see it as the exit code, people as the sentence. */
    public enum Kind {
        /** The droplet accepted no TCP connection, or did not answer in SSH within the time limit. */
        UNREACHABLE,
        /** The SSH server answers, but refuses connections from this address for a time (PerSourcePenalties). */
        PENALTY,
        /** The host key is unknown, changed or revoked. */
        HOST_KEY,
        /** The login was refused, or the key file cannot be used. */
        LOGIN,
        /** The login succeeded, but the user may not act as root. */
        PRIVILEGE,
        /** The connection ended or stopped responding while in use. */
        LOST
    }

    public SshFailure(Kind kind, String sentence) {
        this(kind, sentence, null);
    }

    /**
     * Creates a failure.
     *
     * @param cause shown to developers under -vv; null if there is none
     */
    public SshFailure(Kind kind, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.sentence = sentence;
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the sentence for people. */
    public String sentence() {
        return sentence;
    }
}
