package sessionctl.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import sessionctl.Samples;
import sessionctl.desired.RenderedFiles;

/**
 * Runs the rendered guard of the first of three droplets against servers on this machine and a fake packet filter that
 * records its input.
 */
final class GuardRun {
    /** Seconds after which a run of the guard is ended. */
    private static final int PATIENCE = 30;

    /**
     * The end of a run.
     *
     * @param exit 0: done; 1: not done
     * @param stderr the text of its standard error
     */
    record Result(int exit, String stderr) {}

    private final Path folder;
    private String settings;
    private volatile @Nullable Process process;
    private @Nullable Process sentinel;

    /**
     * Writes the guard to a file.
     *
     * @param folder an empty folder
     * @param more further lines of the inventory
     */
    GuardRun(Path folder, int port, String more) throws IOException {
        this.folder = folder;
        StringBuilder inventory = new StringBuilder("memcached: {port: " + port + "}\n" + more + "droplets:\n");
        for (int i = 1; i <= 3; i++) {
            inventory.append(
                    "  - {name: lamp0%d, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d}%n".formatted(i, i, i));
        }
        settings = RenderedFiles.of(Samples.cluster(inventory.toString()), Samples.templates())
                        .getOrDefault("lamp01/guard.conf", "")
                        .replace("10.98.0.", "127.98.0.")
                + "run_folder " + folder + "/run\nstate_folder " + folder + "/lib\netc_folder " + folder + "/etc\n"
                + "programs_folder " + folder + "\n"
                + "after 0.3\nper_load 0\napart 0.1\nmost_tries 4\ntries 3\n";
        String filter = Files.readString(Path.of("src/test/resources/guard/filter.pl"), UTF_8);
        for (String name : List.of("iptables-restore", "iptables", "ip6tables-restore", "ip6tables")) {
            program(name, filter);
        }
        Files.createFile(folder.resolve("now"));
        Files.createFile(folder.resolve("log"));
    }

    /** Gives one of the guard's settings this value. */
    GuardRun setting(String name, String value) {
        settings = settings.replaceAll("(?m)^" + name + " .*\n", "") + name + " " + value + "\n";
        return this;
    }

    /** Replaces the beginning of the peers' addresses. */
    GuardRun peersAt(String before, String now) {
        String peers = settings.lines()
                .filter(line -> line.startsWith("peers "))
                .findFirst()
                .orElseThrow();
        return setting("peers", peers.replace(before, now).substring("peers ".length()));
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Runs one of the guard's commands. */
    Result run(String... words) throws IOException, InterruptedException {
        Path guard = Files.writeString(folder.resolve("guard"), GuardProgram.text());
        Path config = Files.writeString(folder.resolve("guard.conf"), settings);
        Path stderr = folder.resolve("said");
        List<String> command = new ArrayList<>(List.of("perl", guard.toString(), "--config", config.toString()));
        command.addAll(List.of(words));
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(stderr.toFile())
                .start();
        process = started;
        if (!started.waitFor(PATIENCE, TimeUnit.SECONDS)) {
            started.destroyForcibly();
            throw new AssertionError("the guard does not end: " + Files.readString(stderr, UTF_8));
        }
        return new Result(started.exitValue(), Files.readString(stderr, UTF_8));
    }

    /** Starts the sentinel, which runs until {@link #end}. Its output goes to this program's. */
    void startSentinel() throws IOException {
        Path guard = Files.writeString(folder.resolve("guard"), GuardProgram.text());
        Path config = Files.writeString(folder.resolve("guard.conf"), settings);
        sentinel = new ProcessBuilder("perl", guard.toString(), "--config", config.toString(), "sentinel")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sentinel").toFile())
                .start();
    }

    /** Returns what the sentinel has printed. */
    String sentinelOutput() throws IOException {
        return Files.readString(folder.resolve("sentinel"), UTF_8);
    }

    /** Ends the running command by SIGKILL. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }

    /** Leaves the file that "hold" writes, for a start that is under way. */
    void hold() {
        try {
            Files.createDirectories(folder.resolve("lib/guard"));
            Files.createFile(folder.resolve("lib/guard/hold"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the rules of the packet filter, as a boot does, and clears the record of its input. */
    void boot() throws IOException {
        Files.writeString(folder.resolve("now"), "");
        Files.writeString(folder.resolve("log"), "");
    }

    /**
     * Makes the packet filter list only part of its rules, as if another program held the lock of iptables for too
     * long.
     */
    void breakListing() throws IOException {
        Files.createFile(folder.resolve("unlisted"));
    }

    /** Replaces the filter table, as another program does. */
    void flush() {
        try {
            Files.writeString(folder.resolve("now"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Installs rules of "sessionctl firewall" (these lines) and the script that loads them. */
    void installFirewall(String kept, String load) throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("etc/sessionctl")).resolve("firewall.rules"), kept);
        Files.writeString(
                Files.createDirectories(folder.resolve("lib/firewall")).resolve("load.sh"), load);
    }

    /** Returns the last state without its time: a word and its reason. */
    String state() throws IOException {
        return Files.readString(folder.resolve("run/guard/state"), UTF_8).replaceFirst(" \\d+", "");
    }

    /** Ends the sentinel and the processes that restore the fence and the blocks. */
    void end() {
        Process running = sentinel;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
        try {
            for (String name : List.of("closed", "blocked")) {
                Path file = folder.resolve("run/guard/" + name);
                if (Files.exists(file)) {
                    end(Long.parseLong("0" + Files.readString(file, UTF_8)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(long process) {
        ProcessHandle.of(process)
                .filter(keeper -> keeper.info().command().orElse("").endsWith("perl"))
                .ifPresent(keeper -> {
                    keeper.destroyForcibly();
                    keeper.onExit().join();
                });
    }

    /** Makes every later attempt to open the port fail. */
    void breakOpening() throws IOException {
        Files.createFile(folder.resolve("broken"));
    }

    /** Makes the packet filter slow when it opens the port next. */
    void slowOpening() throws IOException {
        Files.createFile(folder.resolve("slow"));
    }

    /** Changes the rules, as another program or a person does. */
    void filter(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(words));
        command.set(0, folder.resolve(words[0]).toString());
        Process started = new ProcessBuilder(command).inheritIO().start();
        if (started.waitFor() != 0) {
            throw new IllegalStateException(command + " does not work");
        }
    }

    /** Makes iptables-restore reject its wait option, as versions before 1.6.2 do. */
    void useOldIptables() throws IOException {
        Files.createFile(folder.resolve("old"));
    }

    /** Returns a file of the guard's state that does not survive a reboot. */
    Path runFile(String name) {
        return folder.resolve("run/guard").resolve(name);
    }

    /** Returns the rules of the fence for PHP if they precede all others: none when the port is open. */
    List<String> guardState() throws IOException {
        return gate().stream()
                .filter(rule -> !rule.contains(" --sport 0:1023 "))
                .toList();
    }

    /** Returns all rules of the fence if they precede all others. */
    List<String> gate() throws IOException {
        return first("INPUT", "SESSIONCTL-GATE");
    }

    /** Returns the addresses that the sentinel blocks. */
    List<String> silent() throws IOException {
        return first("OUTPUT", "SESSIONCTL-SILENT").stream()
                .map(rule -> rule.replaceAll(".* -d ([0-9.]+)/32 .*", "$1"))
                .toList();
    }

    /** Returns the addresses that are blocked before any other rule applies. */
    List<String> blocked() throws IOException {
        return first("OUTPUT", "SESSIONCTL-AWAY").stream()
                .map(rule -> rule.replaceAll(".* -d ([0-9.]+)/32 .*", "$1"))
                .toList();
    }

    private List<String> first(String builtIn, String chain) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("now"), UTF_8);
        String first = lines.stream()
                .filter(line -> line.startsWith("-A " + builtIn + " "))
                .findFirst()
                .orElse("");
        return lines.stream()
                .filter(line -> first.equals("-A " + builtIn + " -j " + chain) && line.startsWith("-A " + chain + " "))
                .toList();
    }

    /** Returns true while the port accepts connections but drops all data. */
    boolean holds() {
        try {
            return guardState().stream().anyMatch(rule -> rule.endsWith("-j DROP"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isOpen() {
        try {
            return guardState().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns all input of the packet filter. */
    String filterInput() throws IOException {
        return Files.readString(folder.resolve("log"), UTF_8);
    }
}
