package sessionctl.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The scripts of src/lab, unpacked where the hosts' supervisors can go on reading them after this process. */
public final class LabScript {
    /** Where the lab keeps what lives as long as it does. */
    public static final Path RUN = Path.of("/run/sessionctl/lab");

    private static final List<String> FILES = List.of(
            "lab",
            "commands.sh",
            "common.sh",
            "disk.sh",
            "freeze.sh",
            "host.sh",
            "image.sh",
            "network.sh",
            "recipe.sh");

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
        builder.environment().put("SESSIONCTL_LAB", name);
        builder.environment().putAll(environment);
        return builder;
    }

    /** Unpacks into a folder that is named after the content, so that another version never changes a running script. */
    private static Path unpacked() {
        try {
            int content = 7;
            for (String file : FILES) {
                content = 31 * content + packed(file).hashCode();
            }
            Path folder = RUN.resolveSibling("lab-scripts-" + Integer.toHexString(content));
            Files.createDirectories(folder);
            for (String file : FILES) {
                Path target = folder.resolve(file);
                if (!Files.exists(target)) {
                    Path part = Files.createTempFile(folder, file, ".part");
                    Files.writeString(part, packed(file));
                    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String packed(String file) throws IOException {
        try (InputStream in = LabScript.class.getResourceAsStream("/lab/" + file)) {
            if (in == null) {
                throw new IOException("not packed into the program: lab/" + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
