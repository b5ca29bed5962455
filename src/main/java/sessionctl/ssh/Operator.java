package sessionctl.ssh;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whoever runs the program, and may know what no file tells; the terminal is behind this door. */
@FunctionalInterface
public interface Operator {
    /** Nobody to ask, as in a pipeline. */
    Operator NOBODY = keyFile -> null;

    /** A key file's passphrase, which the caller wipes after use; null when there is none to be had. */
    char @Nullable [] passphrase(Path keyFile);

    /** Whether a question would find somebody to answer it. */
    default boolean attended() {
        return false;
    }

    /** The answer to a question; null when there is none to be had. */
    default @Nullable String answer(String question) {
        return null;
    }

    /** Something that he should know, at the place where he is asked. */
    default void tell(String sentence) {}

    /** The password that sudo wants, for all droplets the same, which stays the operator's; null where none was given. */
    default char @Nullable [] sudoPassword() {
        return null;
    }
}
