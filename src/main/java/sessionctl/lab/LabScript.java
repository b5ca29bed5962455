package sessionctl.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The scripts of src/lab, unpacked to a place where the supervisors of the test servers can read them after this
 * process has ended.
 */
public final class LabScript {
    /** The folder for files that live as long as the labs. */
    public static final Path RUN = Path.of("/run/sessionctl/lab");

    private final String name;

    /** Selects a lab by its name. Several labs may run at the same time. */
    public LabScript(String name) {
        this.name = name;
    }

    /** Returns the lab named by $SESSIONCTL_LAB; if it is not set, the one named "lab". */
    public static LabScript chosen() {
        String name = System.getenv("SESSIONCTL_LAB");
        return new LabScript(name == null || name.isEmpty() ? "lab" : name);
    }

    /** Returns the names of the images that test servers can be created from. */
    public static List<String> images() {
        try {
            return packed().getOrDefault("images", "")
                    .lines()
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the lab's own folder with its keys, known_hosts and inventory. */
    public Path folder() {
        return RUN.resolve(name);
    }

    /** Runs the script with the standard streams of this process and returns its exit code. */
    public int run(List<String> arguments) throws IOException, InterruptedException {
        return run(arguments, "", Map.of());
    }

    /**
     * Runs the script and returns its exit code. Its output goes to the standard streams of this process.
     *
     * @param input the standard input; if empty, this process's own is used
     * @param environment additional environment variables
     */
    public int run(List<String> arguments, String input, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = builder(arguments, environment);
        builder.redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
        if (input.isEmpty()) {
            return builder.redirectInput(Redirect.INHERIT).start().waitFor();
        }
        Process process = builder.start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        return process.waitFor();
    }

    /**
     * Runs the script without input and returns its standard output.
     *
     * @throws IOException if the exit code is not 0
     */
    public String output(List<String> arguments) throws IOException, InterruptedException {
        Process process = builder(arguments, Map.of())
                .redirectError(Redirect.INHERIT)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException("lab " + String.join(" ", arguments) + " exited " + code);
        }
        return output;
    }

    private ProcessBuilder builder(List<String> arguments, Map<String, String> environment) {
        List<String> words =
                new ArrayList<>(List.of("bash", unpacked().resolve("lab").toString()));
        words.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(words);
        // The scripts do not need the password.
        builder.environment().remove("SESSIONCTL_SUDO_PASSWORD");
        builder.environment().put("SESSIONCTL_LAB", name);
        builder.environment().putAll(environment);
        return builder;
    }

    /**
     * Unpacks the scripts into a folder named by their hash, so that another version never changes a running script.
     */
    private static Path unpacked() {
        try {
            Map<String, String> scripts = packed();
            Path folder = RUN.resolveSibling("lab-scripts-" + Integer.toHexString(scripts.hashCode()));
            Files.createDirectories(folder);
            for (Map.Entry<String, String> script : scripts.entrySet()) {
                Path target = folder.resolve(script.getKey());
                if (!Files.exists(target)) {
                    Files.createDirectories(target.getParent());
                    Path part = Files.createTempFile(folder, "script", ".part");
                    Files.writeString(part, script.getValue());
                    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the scripts from the jar or folder of this class; the keys are paths relative to src/lab. */
    private static Map<String, String> packed() throws IOException {
        try {
            Path home = Path.of(LabScript.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isDirectory(home)) {
                return texts(home.resolve("lab"));
            }
            try (FileSystem jar = FileSystems.newFileSystem(home)) {
                return texts(jar.getPath("lab"));
            }
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static Map<String, String> texts(Path folder) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                texts.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
