package sessionctl;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;

/**
 * A droplet that is a folder. Scripts run for real, with the folder in place of /run, /var/lib, /var/log, /etc and
 * /usr/local/lib/sessionctl, and with programs of the test in place of those that would change this machine.
 *
 * @param folder the folder that holds its files
 */
public record ScriptDroplet(Path folder) {
    private static final int SECONDS = 40;

    /** Creates a droplet in this folder. */
    public static ScriptDroplet in(Path folder) throws IOException {
        for (String place : List.of("run", "var/lib", "var/log", "etc", "bin", "usr")) {
            Files.createDirectories(folder.resolve(place));
        }
        return new ScriptDroplet(folder.toRealPath());
    }

    /** Returns the local path of a file or folder of the droplet. */
    public Path path(String path) {
        return folder.resolve(path.substring(1));
    }

    /** Adds a program that is found before the machine's own. */
    public ScriptDroplet program(String name, String script) throws IOException {
        Path program = Files.writeString(path("/bin/" + name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    /** Makes systemd the droplet's init, with fake systemd programs. */
    public ScriptDroplet withSystemd() throws IOException {
        Files.createDirectories(path("/run/systemd/system"));
        Files.createDirectories(path("/etc/systemd/system"));
        return program("systemctl", "exit 0").program("systemd-run", "exit 0");
    }

    /** Replaces the droplet's paths in a text by those of the folder. */
    public String here(String text) {
        return text.replaceAll("(?<![\\w/.])/(run|var/lib|var/log|etc)(?=[/\"' ;)\\n]|$)", folder + "/$1")
                .replace("/usr/local/lib/sessionctl", folder + "/usr/local/lib/sessionctl")
                .replace("/usr/sbin:/usr/bin:/sbin:/bin", folder + "/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }

    /** Runs a command to its end with its own input. */
    public CommandResult run(Command command) {
        return run(command, command.input());
    }

    /** Runs a command to its end with another input, and fails after 40 s. */
    public CommandResult run(Command command, String input) {
        try {
            Process process = start(command);
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                // The process ended without reading all its input; its exit code shows the outcome.
            }
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("it does not end");
            }
            return new CommandResult(process.exitValue(), output("stdout"), output("stderr"));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a command; its output goes to files in the folder. */
    public Process start(Command command) throws IOException {
        List<String> words = command.words().stream().map(this::here).toList();
        return new ProcessBuilder(words)
                .redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(folder.resolve("stderr").toFile())
                .start();
    }

    private String output(String where) throws IOException {
        return Files.readString(folder.resolve(where), StandardCharsets.ISO_8859_1);
    }

    /**
     * Lists the files and folders below a folder of the droplet with their modes, as in "rw-------
     * /run/sessionctl.lock".
     */
    public List<String> modes(String below) throws IOException {
        try (Stream<Path> files = Files.walk(path(below))) {
            return files.map(this::mode).sorted().toList();
        }
    }

    private String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + " /" + folder.relativize(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
