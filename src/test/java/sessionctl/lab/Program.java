package sessionctl.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process whose streams are files. It never blocks on unread output, and its output so far can be read. */
final class Program {
    private final List<String> words;
    private final Process process;
    private final Path out;
    private final Path err;

    Program(List<String> words, Map<String, String> environment, String input) {
        this.words = words;
        try {
            out = Files.createTempFile("sessionctl-it", ".out");
            err = Files.createTempFile("sessionctl-it", ".err");
            Path in = Files.createTempFile("sessionctl-it", ".in");
            Files.writeString(in, input);
            // In a background job of a shell, Ctrl-C is ignored, and the program would inherit that.
            List<String> all = new ArrayList<>(List.of("env", "--default-signal=INT,HUP,TERM,PIPE"));
            all.addAll(words);
            ProcessBuilder builder = new ProcessBuilder(all)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("SESSIONCTL")
                            || name.startsWith("GIT") // set by a build server that runs these tests
                            || name.equals("NO_COLOR"));
            builder.environment().putAll(environment);
            process = builder.start();
            Files.delete(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the launcher's Java command line. The class archive reduces the start time to a third. */
    static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xss512k",
                "-Xmx256m",
                "-Xshare:auto",
                "-XX:SharedArchiveFile=" + ClassArchive.PATH,
                "-Dfile.encoding=UTF-8");
    }

    /** Waits for the end. A process that takes longer is killed, and the test fails. */
    Result await(Duration limit) {
        try {
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(words + " did not end within " + limit + ": " + stderr());
            }
            Result result = new Result(words, process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new AssertionError("interrupted while waiting for " + words, e);
        }
    }

    /** Returns the standard error so far. */
    String stderr() {
        return soFar(err);
    }

    /** Returns the standard output so far. */
    String stdout() {
        return soFar(out);
    }

    private static String soFar(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean runs() {
        return process.isAlive();
    }

    /** Kills the process with SIGKILL if it still runs. */
    void kill() {
        process.destroyForcibly();
    }

    /** Sends a signal, as in {@code signal("INT")}. */
    void signal(String name) {
        new Program(List.of("kill", "-" + name, Long.toString(process.pid())), Map.of(), "")
                .await(Duration.ofSeconds(10))
                .exits(0);
    }
}
