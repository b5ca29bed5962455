package sessionctl.action;

/** A failure that ends the command: one sentence for standard error, and the exit code of the process. */
public final class ActionFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final String sentence;

    /**
     * Creates a failure.
     *
     * @param exitCode one of {@link ExitCode}
     * @param sentence what is wrong and what to do, without a trailing line break
     */
    public ActionFailure(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
        this.sentence = sentence;
    }

    public int exitCode() {
        return exitCode;
    }

    public String sentence() {
        return sentence;
    }
}
