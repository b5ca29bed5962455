package sessionctl.action;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sessionctl.command.Sha256;

/**
 * The list of files that render wrote into a folder, with their digests.
 *
 * @param sums SHA-256 in hexadecimal, by the file's path in the folder
 */
record RenderManifest(Map<String, String> sums) {
    /** The manifest's file name. It cannot be a droplet's folder, because no droplet's name begins with a dot. */
    static final String NAME = ".sessionctl-render";

    private static final String HEAD = "# What sessionctl render wrote here, which it may replace and remove.";
    private static final Pattern LINE =
            Pattern.compile("([0-9a-f]{64})  ((?!\\.)[A-Za-z0-9.-]+(?:/(?!\\.)[A-Za-z0-9._-]+)+)");

    RenderManifest {
        sums = Map.copyOf(sums);
    }

    static RenderManifest of(Map<String, String> files) {
        Map<String, String> sums = new TreeMap<>();
        files.forEach((path, text) -> sums.put(path, Sha256.of(text.getBytes(StandardCharsets.ISO_8859_1))));
        return new RenderManifest(sums);
    }

    static RenderManifest read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        Map<String, String> sums = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (line.matches()) {
                sums.put(line.group(2), line.group(1));
            } else if (!lines.get(i).equals(HEAD)) {
                throw new ActionFailure(
                        ExitCode.USAGE,
                        file + ":" + (i + 1)
                                + ": was not written by sessionctl render (perhaps an unfinished merge); remove the"
                                + " folder and render it again");
            }
        }
        return new RenderManifest(sums);
    }

    Set<String> paths() {
        return new TreeMap<>(sums).keySet();
    }

    /** Returns true if a file is as render wrote it, or differs in its line ends only. */
    boolean isAsWritten(String path, String text) {
        return Stream.of(text, withUnixLineEnds(text))
                .anyMatch(some ->
                        Sha256.of(some.getBytes(StandardCharsets.ISO_8859_1)).equals(sums.get(path)));
    }

    /** Returns a text as it was before git with {@code core.autocrlf} checked it out. */
    static String withUnixLineEnds(String text) {
        return text.replace("\r\n", "\n");
    }

    /** Returns the union of two manifests; the other one's digest counts for a path that is in both. */
    RenderManifest union(RenderManifest others) {
        Map<String, String> both = new TreeMap<>(sums);
        both.putAll(others.sums);
        return new RenderManifest(both);
    }

    String text() {
        StringBuilder text = new StringBuilder(HEAD + "\n");
        new TreeMap<>(sums)
                .forEach((path, sum) ->
                        text.append(sum).append("  ").append(path).append('\n'));
        return text.toString();
    }
}
