package sessionctl.cli;

/** What the process ends with; scripts rely on these numbers. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int CHANGES = 2;
    static final int BROKEN_PROMISE = 3;
    static final int UNREACHED = 4;
    static final int USAGE = 5;
    static final int ROLLED_BACK = 6;
    static final int HELD = 7;
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
