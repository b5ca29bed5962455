package sessionctl.ssh;

/** A droplet that could not be reached, or was lost. The message is a sentence for people: what, where, remedy. */
public final class SshFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final String sentence;

    private final Kind kind;

    /** Where it went wrong; scripts are told by the exit code, people by the sentence. */
    public enum Kind {
        /** No TCP connection or no SSH answer in time. */
        UNREACHABLE,
        /** The SSH server answers, but takes no connection from this address for a time (PerSourcePenalties). */
        PENALTY,
        /** The host key is unknown, changed or revoked. */
        HOST_KEY,
        /** The login was refused, or the key file cannot be used. */
        LOGIN,
        /** Logged in, but without the right to act as root. */
        PRIVILEGE,
        /** The connection ended or fell silent in the middle. */
        LOST
    }

    /** A failure with its sentence. */
    public SshFailure(Kind kind, String sentence) {
        super(sentence);
        this.sentence = sentence;
        this.kind = kind;
    }

    /** A failure with its sentence and what a developer would want to see under -vv. */
    public SshFailure(Kind kind, String sentence, Throwable cause) {
        super(sentence, cause);
        this.sentence = sentence;
        this.kind = kind;
    }

    /** Where it went wrong. */
    public Kind kind() {
        return kind;
    }

    /** What people are told. */
    public String sentence() {
        return sentence;
    }
}
