package sessionctl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which files of a folder render wrote, and what was in them.
 *
 * @param sums SHA-256 by path
 */
record RenderList(Map<String, String> sums) {
    /** Where it lies; no droplet's name begins with a dot. */
    static final String NAME = ".sessionctl-render";

    private static final String HEAD = "# What sessionctl render wrote here, which it may replace and remove.";
    private static final Pattern LINE =
            Pattern.compile("([0-9a-f]{64})  ((?!\\.)[A-Za-z0-9.-]+(?:/(?!\\.)[A-Za-z0-9._-]+)+)");

    RenderList {
        sums = Map.copyOf(sums);
    }

    static RenderList of(Map<String, String> files) {
        Map<String, String> sums = new TreeMap<>();
        files.forEach((path, text) -> sums.put(path, sum(text)));
        return new RenderList(sums);
    }

    static RenderList read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        Map<String, String> sums = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (line.matches()) {
                sums.put(line.group(2), line.group(1));
            } else if (!lines.get(i).equals(HEAD)) {
                throw new CliFailure(
                        ExitCode.USAGE,
                        file + ":" + (i + 1)
                                + ": is not what sessionctl render wrote there, perhaps a merge that was not"
                                + " finished; remove the folder and render it anew");
            }
        }
        return new RenderList(sums);
    }

    Set<String> paths() {
        return new TreeMap<>(sums).keySet();
    }

    boolean isAsWritten(String path, String text) {
        return sum(text).equals(sums.get(path));
    }

    /** These and those; those where a path is in both. */
    RenderList and(RenderList others) {
        Map<String, String> both = new TreeMap<>(sums);
        both.putAll(others.sums);
        return new RenderList(both);
    }

    String text() {
        StringBuilder text = new StringBuilder(HEAD + "\n");
        new TreeMap<>(sums)
                .forEach((path, sum) ->
                        text.append(sum).append("  ").append(path).append('\n'));
        return text.toString();
    }

    private static String sum(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
