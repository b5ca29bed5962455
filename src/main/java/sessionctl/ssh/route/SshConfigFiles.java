package sessionctl.ssh.route;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The configuration files of ssh, read from disk. */
public final class SshConfigFiles {
    private static final Path SYSTEM = Path.of("/etc/ssh/ssh_config");

    private static final int MAX_DEPTH = 16;

    private final Path root;
    private final Path home;

    private SshConfigFiles(Path root, Path home) {
        this.root = root;
        this.home = home;
    }

    /** Reads {@code ~/.ssh/config} and {@code /etc/ssh/ssh_config}. A file that does not exist counts as empty. */
    public static SshConfig read(Path home, Function<String, @Nullable String> environment) {
        return read(List.of(home.resolve(".ssh").resolve("config"), SYSTEM), home, environment);
    }

    /**
     * Reads these files in this order. A relative Include pattern is resolved against the folder of the file in this
     * list, also within included files.
     *
     * @param home the folder that {@code ~} stands for
     * @param environment returns the value of an environment variable, or null
     */
    public static SshConfig read(List<Path> paths, Path home, Function<String, @Nullable String> environment) {
        List<ConfigLine> lines = new ArrayList<>();
        for (Path path : paths) {
            lines.addAll(new SshConfigFiles(path, home).lines(path, 0));
        }
        return new SshConfig(
                lines, new LocalEnvironment(System.getProperty("user.name"), home.toString(), environment));
    }

    /**
     * Reads a file and those that it includes, at most 16 deep. As for ssh, a file that is missing or unreadable counts
     * as empty.
     */
    private List<ConfigLine> lines(Path file, int depth) {
        try {
            String name = file.startsWith(home) ? "~/" + home.relativize(file) : file.toString();
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return ConfigLine.parse(
                    name, text, pattern -> depth < MAX_DEPTH ? included(pattern, depth + 1) : List.of());
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Reads the files that match, sorted by name. Only the last part of the pattern may contain wildcards. */
    private List<ConfigLine> included(String written, int depth) {
        Path pattern = root.resolveSibling(written.startsWith("~/") ? home + written.substring(1) : written);
        Path folder = pattern.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        String name = pattern.getFileName().toString();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, name)) {
            List<Path> files = new ArrayList<>();
            found.forEach(files::add);
            // As in glob(7), only a pattern that begins with a dot matches hidden files.
            files.removeIf(file ->
                    !name.startsWith(".") && file.getFileName().toString().startsWith("."));
            return files.stream()
                    .sorted()
                    .flatMap(file -> lines(file, depth).stream())
                    .toList();
        } catch (IOException | PatternSyntaxException e) {
            return List.of();
        }
    }
}
