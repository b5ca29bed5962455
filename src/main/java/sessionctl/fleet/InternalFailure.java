package sessionctl.fleet;

import java.util.concurrent.ExecutionException;

/** Turns an unexpected exception or error into a sentence for the operator. */
public final class InternalFailure {
    private static final int MAX_LENGTH = 100;

    private InternalFailure() {}

    /** Returns the reason why the work on a droplet ended, without the droplet's name. */
    public static String of(Throwable fault) {
        Throwable cause = fault;
        while ((cause instanceof IllegalStateException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof OutOfMemoryError) {
            return "it needs more memory than this program may use; run again with -vv and report it";
        }
        if (cause instanceof StackOverflowError) {
            return "something is nested deeper than this program can follow; run again with -vv and report it";
        }
        String words = cause.toString();
        return "an internal error ("
                + (words.length() > MAX_LENGTH ? words.substring(0, MAX_LENGTH) + "…" : words)
                + "); run again with -vv and report it";
    }
}
