package sessionctl.action;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A result file that an option names. It is replaced atomically, so that a reader never sees a part of it.
 *
 * @param option the option's name, for messages
 */
public record AtomicOutputFile(String option, Path path) {
    /** The limit of symbolic links in a row, as Linux has it (path_resolution(7)). */
    private static final int MOST_LINKS = 40;

    /**
     * Checks, before any droplet is contacted, that the file can be written.
     *
     * @throws ActionFailure if its folder is not writable, or if the path exists and is not a regular file
     */
    public void refuseNowhere() {
        try {
            Path place = place();
            Path folder = place.getParent();
            if (folder != null && Files.isWritable(folder) && (!Files.exists(place) || Files.isRegularFile(place))) {
                return;
            }
        } catch (IOException e) {
            // The links cannot be followed.
        }
        throw new ActionFailure(ExitCode.USAGE, option + ": " + path + " cannot be written; name another file");
    }

    /**
     * Checks, before any droplet is contacted, that the file can be edited in place.
     *
     * @param text the text of the file as it was read
     * @throws ActionFailure if it cannot be edited
     */
    public void refuseUneditable(String text) {
        try {
            Path place = place();
            Path folder = place.getParent();
            if (!Files.isRegularFile(place)) {
                throw uneditable("it is no file; name the inventory's file");
            }
            if (!Files.isWritable(place) || isReadOnly(place)) {
                throw uneditable("it is read-only; make it writable, as with chmod u+w");
            }
            if (folder == null || !Files.isWritable(folder)) {
                throw uneditable("its folder is read-only; make it writable, because a new file replaces the old one");
            }
            refuseOther(place, text);
        } catch (IOException e) {
            throw uneditable(IoMessages.of(e));
        }
    }

    /**
     * Checks that an output file is not the inventory, which it would destroy.
     *
     * @param option the option that names the file, for messages
     * @param inventory the inventory's file name; it need not exist
     * @throws ActionFailure if both are the same file
     */
    public static void refuseInventory(String option, Path path, String inventory) {
        try {
            if (Files.exists(path) && Files.isSameFile(path, Path.of(inventory))) {
                throw new ActionFailure(
                        ExitCode.USAGE, option + ": " + path + " is the inventory; name another file for the output");
            }
        } catch (IOException e) {
            // There is no such inventory.
        }
    }

    /** Returns true if no user may write the file; root could, and would not notice. */
    private static boolean isReadOnly(Path place) throws IOException {
        return Files.getPosixFilePermissions(place).stream()
                .noneMatch(p -> p.name().endsWith("_WRITE"));
    }

    private void refuseOther(Path place, String text) throws IOException {
        if (!Arrays.equals(Files.readAllBytes(place), text.getBytes(StandardCharsets.UTF_8))) {
            throw uneditable("it is not UTF-8, or another program has changed it; check it and run again");
        }
    }

    private ActionFailure uneditable(String why) {
        return new ActionFailure(ExitCode.USAGE, path + " cannot be edited: " + why);
    }

    /**
     * Replaces the file's text, and keeps its mode, its owner and a symbolic link to it.
     *
     * @param before the text as it was read
     * @throws ActionFailure if the file has another text now, or cannot be written
     */
    public void edit(String before, String after) {
        try {
            Path place = place();
            refuseOther(place, before);
            Path fresh = fresh(place);
            try {
                Files.copy(place, fresh, StandardCopyOption.COPY_ATTRIBUTES);
                Files.writeString(fresh, after, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
                Files.move(fresh, place, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw uneditable(IoMessages.of(e));
        }
    }

    private static Path fresh(Path place) {
        return place.resolveSibling(
                "." + place.getFileName() + "." + ProcessHandle.current().pid());
    }

    /** Returns the path at the end of symbolic links, where a file may not exist yet. */
    private Path place() throws IOException {
        Path place = path.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(place); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemLoopException(path.toString());
            }
            place = place.resolveSibling(Files.readSymbolicLink(place));
        }
        return place;
    }

    /**
     * Writes the text as UTF-8 to a new file in the same folder, then renames it. If the path is a symbolic link, the
     * file that it names is written.
     *
     * @throws ActionFailure if the file cannot be written
     */
    public void write(String text) {
        try {
            Path place = place();
            Path fresh = fresh(place);
            try {
                // CREATE_NEW fails if another user has created a file or a link of this name.
                Files.writeString(fresh, text, StandardOpenOption.CREATE_NEW);
                Files.move(fresh, place, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    option + ": " + path + " cannot be written (" + IoMessages.of(e) + "); name another file");
        }
    }
}
