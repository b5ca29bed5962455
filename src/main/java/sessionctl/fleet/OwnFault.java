package sessionctl.fleet;

import java.util.concurrent.ExecutionException;

/** A sentence for what this program did not expect, be it an exception, a full heap or a full stack. */
public final class OwnFault {
    private static final int LONGEST = 100;

    private OwnFault() {}

    /** Why the work on one droplet ended, without the droplet's name. */
    public static String of(Throwable fault) {
        Throwable cause = fault;
        while ((cause instanceof IllegalStateException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof OutOfMemoryError) {
            return "it takes more memory than this program may use; run again with -vv and report it";
        }
        if (cause instanceof StackOverflowError) {
            return "something is nested deeper than this program can follow; run again with -vv and report it";
        }
        String words = cause.toString();
        return "an error of the program itself ("
                + (words.length() > LONGEST ? words.substring(0, LONGEST) + "…" : words)
                + "); run again with -vv and report it";
    }
}
