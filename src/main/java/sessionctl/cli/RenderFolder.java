package sessionctl.cli;

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
import sessionctl.report.Legible;

/** A folder of rendered files. A list in it says which ones we wrote; all others are somebody else's. */
final class RenderFolder {
    private final Path folder;
    private final RenderList before;

    /**
     * What writing did.
     *
     * @param left files that are no longer wanted, but that somebody has changed
     */
    record Written(int changed, int removed, List<String> left) {}

    private RenderFolder(Path folder, RenderList before) {
        this.folder = folder;
        this.before = before;
    }

    /** A folder that render has written. */
    static RenderFolder written(String name, Invocation invocation) {
        Path folder = Path.of(name);
        if (!Files.exists(folder)) {
            throw refused(
                    name + ": there is no such folder; write it with: " + invocation.offline("render", "--out", name));
        }
        if (!Files.exists(folder.resolve(RenderList.NAME))) {
            throw refused(name + ": was not written by sessionctl render; name a folder that was");
        }
        return open(folder);
    }

    /** The same, or one that is new or empty. */
    static RenderFolder toWrite(String name) {
        Path folder = Path.of(name);
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw refused(name + ": is not a folder; name a new or empty one");
        }
        if (Files.exists(folder.resolve(RenderList.NAME))) {
            return open(folder);
        }
        if (Files.exists(folder) && !isEmpty(folder)) {
            throw refused(name + ": holds files, but was not written by sessionctl render; name a new or empty folder");
        }
        return new RenderFolder(folder, RenderList.of(Map.of()));
    }

    private static RenderFolder open(Path folder) {
        try {
            return new RenderFolder(folder, RenderList.read(folder.resolve(RenderList.NAME)));
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

    /** What is not as it should be: a diff by the file's path. */
    Map<String, String> differences(Map<String, String> wanted) {
        TreeSet<String> paths = new TreeSet<>(wanted.keySet());
        paths.addAll(before.paths());
        Map<String, String> differences = new LinkedHashMap<>();
        paths.forEach(path -> compare(path, wanted.getOrDefault(path, ""), differences));
        if (differences.isEmpty()) {
            compare(RenderList.NAME, RenderList.of(wanted).text(), differences);
        }
        return differences;
    }

    private void compare(String path, String wanted, Map<String, String> differences) {
        String now = text(path);
        if (!now.equals(wanted)) {
            String label = folder.resolve(path).toString();
            List<String> diff = UnifiedDiff.of(
                    now.isEmpty() ? "/dev/null" : label,
                    wanted.isEmpty() ? "/dev/null" : label,
                    Legible.of(now),
                    Legible.of(wanted));
            differences.put(path, String.join("\n", diff));
        }
    }

    /** Writes what differs and removes what is ours and no longer wanted; what is somebody else's stays. */
    Written write(Map<String, String> wanted) {
        wanted.forEach(this::checkOurs);
        try {
            Files.createDirectories(folder);
            // An interrupted run leaves nothing that the next one would take for somebody else's.
            RenderList both = before.and(RenderList.of(wanted));
            put(RenderList.NAME, both.text());
            int changed = 0;
            for (Map.Entry<String, String> file : wanted.entrySet()) {
                changed += put(file.getKey(), file.getValue()) ? 1 : 0;
            }
            List<String> left = new ArrayList<>();
            int removed = 0;
            for (String path : before.paths()) {
                removed += !wanted.containsKey(path) && remove(path, left) ? 1 : 0;
            }
            put(RenderList.NAME, RenderList.of(wanted).text());
            return new Written(changed, removed, left);
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    private void checkOurs(String path, String text) {
        String now = text(path);
        if (!now.isEmpty() && !before.paths().contains(path) && !now.equals(text)) {
            throw refused(folder.resolve(path) + ": is there, but was not written by sessionctl render; move it away");
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

    /** A file's bytes, none where there is no file. Links are not followed: they could lead out of the folder. */
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

    private static CliFailure unusable(Path path, IOException e) {
        return refused(path + ": cannot be used (" + Reason.of(e) + "); mend it, or name another folder");
    }

    private static CliFailure refused(String sentence) {
        return new CliFailure(ExitCode.USAGE, sentence);
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
