package sessionctl.action;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import sessionctl.command.Invocation;
import sessionctl.plan.UnifiedDiff;
import sessionctl.report.TerminalSafe;

/**
 * A folder of rendered files. Its {@link RenderManifest} lists the files that render wrote; render neither replaces nor
 * removes any other file.
 */
public final class RenderFolder {
    private static final String LINE_ENDS_ONLY = " differs in its line ends only";

    private final Path folder;
    private final RenderManifest before;

    /**
     * The result of writing the folder.
     *
     * @param changed the number of files written, without the manifest
     * @param removed the number of files removed
     * @param kept paths of files that are no longer wanted, but were changed since render wrote them, so they stay
     */
    public record Written(int changed, int removed, List<String> kept) {}

    private RenderFolder(Path folder, RenderManifest before) {
        this.folder = folder;
        this.before = before;
    }

    /**
     * Opens a folder that render has written.
     *
     * @param invocation makes the command that the error suggests
     * @throws ActionFailure if the folder does not exist, or render did not write it
     */
    public static RenderFolder openWritten(String name, Invocation invocation) {
        Path folder = Path.of(name);
        if (!Files.exists(folder)) {
            throw refused(
                    name + ": there is no such folder; write it with: " + invocation.offline("render", "--out", name));
        }
        if (!Files.exists(folder.resolve(RenderManifest.NAME))) {
            throw refused(name + ": was not written by sessionctl render; give a folder that was");
        }
        return open(folder);
    }

    /**
     * Opens a folder that render has written, or one that does not exist or is empty. Creates nothing.
     *
     * @throws ActionFailure if the path is no folder, or the folder has files and render did not write it
     */
    public static RenderFolder openForWriting(String name) {
        Path folder = Path.of(name);
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw refused(name + ": is not a folder; name a new or empty one");
        }
        if (Files.exists(folder.resolve(RenderManifest.NAME))) {
            return open(folder);
        }
        if (Files.exists(folder) && !isEmpty(folder)) {
            throw refused(name + ": holds files, but was not written by sessionctl render; name a new or empty folder");
        }
        return new RenderFolder(folder, RenderManifest.of(Map.of()));
    }

    private static RenderFolder open(Path folder) {
        try {
            return new RenderFolder(folder, RenderManifest.read(folder.resolve(RenderManifest.NAME)));
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    private static boolean isEmpty(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            return !files.iterator().hasNext();
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /**
     * Compares the folder with the wanted files.
     *
     * @param wanted contents by path in the folder, a character a byte (ISO 8859-1)
     * @return a unified diff by path, or a sentence for a file that git has converted; empty if the folder is up to date
     */
    public Map<String, String> differences(Map<String, String> wanted) {
        TreeSet<String> paths = new TreeSet<>(wanted.keySet());
        paths.addAll(before.paths());
        Map<String, String> differences = new LinkedHashMap<>();
        paths.forEach(path -> compare(path, wanted.getOrDefault(path, ""), differences));
        if (differences.isEmpty()) {
            compare(RenderManifest.NAME, RenderManifest.of(wanted).text(), differences);
        }
        return differences;
    }

    /** Returns true if files of {@link #differences} differ in their line ends only. */
    public static boolean hasOtherLineEnds(Map<String, String> differences) {
        return differences.values().stream().anyMatch(text -> text.endsWith(LINE_ENDS_ONLY));
    }

    private void compare(String path, String wanted, Map<String, String> differences) {
        String now = text(path);
        String label = folder.resolve(path).toString();
        if (!now.equals(wanted) && RenderManifest.withUnixLineEnds(now).equals(wanted)) {
            differences.put(path, label + LINE_ENDS_ONLY);
        } else if (!now.equals(wanted)) {
            List<String> diff = UnifiedDiff.of(
                    now.isEmpty() ? "/dev/null" : label,
                    wanted.isEmpty() ? "/dev/null" : label,
                    TerminalSafe.of(now),
                    TerminalSafe.of(wanted));
            differences.put(path, String.join("\n", diff));
        }
    }

    /**
     * Writes the files that differ, and removes those that render wrote and that are no longer wanted. All other files
     * stay.
     *
     * @param wanted contents by path in the folder, a character a byte (ISO 8859-1)
     * @throws ActionFailure if a wanted file exists that render did not write, or if the folder cannot be written
     */
    public Written write(Map<String, String> wanted) {
        wanted.forEach(this::checkOurs);
        try {
            Files.createDirectories(folder);
            // The manifest first lists the old and the new files. After an interruption, the next run thus knows all of
            // them as written by render.
            RenderManifest both = before.union(RenderManifest.of(wanted));
            put(RenderManifest.NAME, both.text());
            int changed = 0;
            for (Map.Entry<String, String> file : wanted.entrySet()) {
                changed += put(file.getKey(), file.getValue()) ? 1 : 0;
            }
            List<String> left = new ArrayList<>();
            int removed = 0;
            for (String path : before.paths()) {
                removed += !wanted.containsKey(path) && remove(path, left) ? 1 : 0;
            }
            put(RenderManifest.NAME, RenderManifest.of(wanted).text());
            return new Written(changed, removed, left);
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    private void checkOurs(String path, String text) {
        String now = text(path);
        if (!now.isEmpty() && !before.paths().contains(path) && !now.equals(text)) {
            throw refused(folder.resolve(path) + ": exists, but was not written by sessionctl render; move it away");
        }
    }

    private boolean put(String path, String text) throws IOException {
        if (text(path).equals(text)) {
            return false;
        }
        Path file = folder.resolve(path);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        return true;
    }

    private boolean remove(String path, List<String> left) throws IOException {
        Path file = folder.resolve(path);
        String now = text(path);
        if (!now.isEmpty() && !before.isAsWritten(path, now)) {
            left.add(file.toString());
            return false;
        }
        boolean removed = Files.deleteIfExists(file);
        Path parent = file.getParent();
        while (parent != null && !parent.equals(folder) && deletedEmpty(parent)) {
            parent = parent.getParent();
        }
        return removed;
    }

    private static boolean deletedEmpty(Path path) throws IOException {
        try {
            return Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    /**
     * Returns a file's bytes as ISO 8859-1; empty if there is no file. Refuses symbolic links, because they could lead
     * out of the folder.
     */
    private String text(String path) {
        Path at = folder;
        for (Path step : Path.of(path)) {
            at = at.resolve(step);
            if (Files.isSymbolicLink(at)) {
                throw refused(at + ": is a symbolic link, which render does not follow; remove it");
            }
        }
        try {
            return Files.exists(at, LinkOption.NOFOLLOW_LINKS) ? Files.readString(at, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw unusable(at, e);
        }
    }

    private static ActionFailure unusable(Path path, IOException e) {
        return refused(path + ": cannot be used (" + IoMessages.of(e) + "); fix it, or name another folder");
    }

    private static ActionFailure refused(String sentence) {
        return new ActionFailure(ExitCode.USAGE, sentence);
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
