package sessionctl.action;

/** A command that only reads, so that it can end at once. */
public record ReadOnlyRun(Console console) implements Interruption.Interruptible {
    @Override
    public boolean stop() {
        console.note("Interrupted; nothing was changed.");
        return false;
    }

    @Override
    public void printUnfinished() {
        // There is nothing to finish.
    }

    @Override
    public void finish(int exitCode) {
        console.finish(exitCode);
    }
}
