package sessionctl.ssh;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Somebody who may know the passphrase of a key file; the terminal is behind this door. */
@FunctionalInterface
public interface PassphraseAsker {
    /** Nobody to ask, as in a pipeline. */
    PassphraseAsker NOBODY = keyFile -> null;

    /** The passphrase, which the caller wipes after use; null when there is none to be had. */
    char @Nullable [] ask(Path keyFile);
}
