package sessionctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that an option names for a result; whole or not at all, for somebody may look at it meanwhile. */
record OutFile(String option, Path path) {
    /** Before anything is contacted. */
    void refuseNowhere() {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isWritable(folder) || (Files.exists(path) && !Files.isRegularFile(path))) {
            throw new CliFailure(ExitCode.USAGE, option + ": " + path + " cannot be written; name another file");
        }
    }

    void write(String text) {
        try {
            Path place = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
            Path fresh = place.resolveSibling(
                    "." + place.getFileName() + "." + ProcessHandle.current().pid());
            try {
                // A link that somebody put there is not followed.
                Files.writeString(fresh, text, StandardOpenOption.CREATE_NEW);
                Files.move(fresh, place, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    option + ": " + path + " cannot be written (" + Reason.of(e) + "); name another file");
        }
    }
}
