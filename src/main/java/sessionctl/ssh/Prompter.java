package sessionctl.ssh;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A dialog with the operator, who knows what no file contains: passphrases, passwords, and which host keys to trust.
 */
@FunctionalInterface
public interface Prompter {
    /** A prompter without an operator, as in a pipeline: every answer is null. */
    Prompter UNATTENDED = keyFile -> null;

    /** Returns the passphrase of a key file, which the caller wipes after use; null if none is available. */
    char @Nullable [] passphrase(Path keyFile);

    /** Returns true if an operator can answer questions. */
    default boolean attended() {
        return false;
    }

    /** Returns the answer to a question; null if none is available, for example at the end of the input. */
    default @Nullable String answer(String question) {
        return null;
    }

    /** Prints a notice where the questions appear. */
    default void print(String sentence) {}

    /**
     * Returns the sudo password, the same for all droplets; null if none was given. The prompter keeps the array:
     * callers must not wipe it.
     */
    default char @Nullable [] sudoPassword() {
        return null;
    }
}
