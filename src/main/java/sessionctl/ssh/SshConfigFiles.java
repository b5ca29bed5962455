package sessionctl.ssh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The files that ssh reads its configuration from. */
public final class SshConfigFiles {
    private static final Path SYSTEM = Path.of("/etc/ssh/ssh_config");

    private SshConfigFiles() {}

    /** What the person's own file and the system's say; without them, nothing. */
    public static SshConfig read(Path home, Function<String, @Nullable String> environment) {
        return read(List.of(home.resolve(".ssh").resolve("config"), SYSTEM), home, environment);
    }

    static SshConfig read(List<Path> paths, Path home, Function<String, @Nullable String> environment) {
        List<ConfigBlock> files = new ArrayList<>();
        for (Path path : paths) {
            source(path, home)
                    .ifPresent(source -> files.add(ConfigBlock.parse(source, pattern -> {
                        String written = pattern.startsWith("~/") ? home + pattern.substring(1) : pattern;
                        return included(path.resolveSibling(written), home);
                    })));
        }
        return new SshConfig(files, new Surroundings(System.getProperty("user.name"), home.toString(), environment));
    }

    /** The files that match, in the order of their names; the pattern may stand for names of one folder. */
    private static List<ConfigBlock.Source> included(Path pattern, Path home) {
        Path folder = pattern.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(folder, pattern.getFileName().toString())) {
            List<Path> files = new ArrayList<>();
            // As for glob(7), a name that begins with a dot has to be asked for.
            boolean hidden = pattern.getFileName().toString().startsWith(".");
            found.forEach(file -> {
                if (hidden || !file.getFileName().toString().startsWith(".")) {
                    files.add(file);
                }
            });
            return files.stream()
                    .sorted()
                    .map(file -> source(file, home))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException | PatternSyntaxException e) {
            return List.of();
        }
    }

    /** A file that is not there or may not be read says nothing, as for ssh. */
    private static Optional<ConfigBlock.Source> source(Path file, Path home) {
        try {
            String name = file.startsWith(home) ? "~/" + home.relativize(file) : file.toString();
            return Optional.of(
                    new ConfigBlock.Source(name, new String(Files.readAllBytes(file), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
