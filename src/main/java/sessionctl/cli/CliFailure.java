package sessionctl.cli;

/** Ends a command with one sentence on standard error and an exit code. */
final class CliFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final String sentence;

    CliFailure(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
        this.sentence = sentence;
    }

    int exitCode() {
        return exitCode;
    }

    String sentence() {
        return sentence;
    }
}
