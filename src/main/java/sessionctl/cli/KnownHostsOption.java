package sessionctl.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the file of trusted host keys. */
final class KnownHostsOption {
    @Option(
            names = "--known-hosts",
            paramLabel = "FILE",
            description = "The file of trusted host keys (default: $SESSIONCTL_KNOWN_HOSTS, otherwise as for ssh).")
    private @Nullable Path file;

    /** Returns the file of the option or of the environment; null for those of ssh. */
    @Nullable
    Path file() {
        String fromEnvironment = System.getenv("SESSIONCTL_KNOWN_HOSTS");
        if (file != null || fromEnvironment == null || fromEnvironment.isEmpty()) {
            return file;
        }
        return Path.of(fromEnvironment);
    }

    /** Returns the option as words of a command line; empty if it was not given. */
    List<String> given() {
        return file == null ? List.of() : List.of("--known-hosts", file.toString());
    }
}
