package sessionctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that an option names for a result; whole or not at all, for somebody may look at it meanwhile. */
record OutFile(String option, Path path) {
    /** Before anything is contacted. */
    void refuseNowhere() {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isWritable(folder) || Files.isDirectory(path)) {
            throw new CliFailure(ExitCode.USAGE, option + ": " + path + " cannot be written; name another file");
        }
    }

    void write(String text) {
        try {
            Path fresh = path.resolveSibling(path.getFileName() + ".new");
            Files.writeString(fresh, text);
            Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    option + ": " + path + " cannot be written (" + Reason.of(e) + "); name another file");
        }
    }
}
