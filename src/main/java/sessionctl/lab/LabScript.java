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

/** The scripts of src/lab, unpacked where the hosts' supervisors can go on reading them after this process. */
public final class LabScript {
    /** Where the lab keeps what lives as long as it does. */
    public static final Path RUN = Path.of("/run/sessionctl/lab");

    private final String name;

    /** The lab of this name; several may run side by side. */
    public LabScript(String name) {
        this.name = name;
    }

    /** The lab that the environment chooses. */
    public static LabScript chosen() {
        String name = System.getenv("SESSIONCTL_LAB");
        return new LabScript(name == null || name.isEmpty() ? "lab" : name);
    }

    /** The names of the images that hosts can be made from. */
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

    /** The lab's own folder: keys, known_hosts, inventory. */
    public Path folder() {
        return RUN.resolve(name);
    }

    /** Runs the script on this process's own streams; its exit code. */
    public int run(List<String> arguments) throws IOException, InterruptedException {
        return run(arguments, "", Map.of());
    }

    /** Runs the script with this input, or this process's own where it is empty, and these environment variables. */
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

    /** Runs the script and returns what it prints. */
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
        // Nobody there has a use for it.
        builder.environment().remove("SESSIONCTL_SUDO_PASSWORD");
        builder.environment().put("SESSIONCTL_LAB", name);
        builder.environment().putAll(environment);
        return builder;
    }

    /** Unpacks into a folder that is named after the content, so that another version never changes a running script. */
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

    /** The scripts by name, from the jar or the folder that this class comes from. */
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
