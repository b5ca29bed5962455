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

/** The first of three droplets' guard, as it is rendered, among servers on this machine and with a packet filter that only takes notes. */
final class GuardRun {
    /** Whatever it waits for, it ends. */
    private static final int PATIENCE = 30;

    /**
     * How it ended.
     *
     * @param exit 0 done; 1 not done
     * @param said its standard error
     */
    record Result(int exit, String said) {}

    private final Path folder;
    private String text;
    private volatile @Nullable Process process;

    /**
     * Writes the guard down.
     *
     * @param folder an empty one
     * @param settings of the inventory
     */
    GuardRun(Path folder, int port, String settings) throws IOException {
        this.folder = folder;
        StringBuilder inventory = new StringBuilder("memcached: {port: " + port + "}\n" + settings + "droplets:\n");
        for (int i = 1; i <= 3; i++) {
            inventory.append(
                    "  - {name: lamp0%d, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d}%n".formatted(i, i, i));
        }
        String rendered = RenderedFiles.of(Samples.cluster(inventory.toString()), Samples.templates())
                .getOrDefault("lamp01/guard", "");
        String patched = patched(rendered, "10.98.0.", "127.98.0.");
        patched = patched(patched, "'/run/sessionctl", "'" + folder + "/run");
        patched = patched(patched, "'/var/lib/sessionctl", "'" + folder + "/lib");
        patched = patched(patched, "'/etc", "'" + folder + "/etc");
        patched = patched(patched, "$ENV{PATH} = '", "$ENV{PATH} = '" + folder + ":");
        text = patched;
        constant("AFTER", "1", "0.3");
        constant("APART", "0.7", "0.1");
        constant("MOST_TRIES", "20", "4");
        constant("TRIES", "8", "3");
        String filter = Files.readString(Path.of("src/test/resources/guard/filter.pl"), UTF_8);
        for (String name : List.of("iptables-restore", "iptables", "ip6tables-restore", "ip6tables")) {
            program(name, filter);
        }
        Files.createFile(folder.resolve("now"));
        Files.createFile(folder.resolve("log"));
    }

    /** Gives a constant of the guard another value; the guard must have it, with the value that is named. */
    GuardRun constant(String name, String value, String other) {
        text = patched(text, "my $" + name + " = " + value + ";", "my $" + name + " = " + other + ";");
        return this;
    }

    /** Its peers have addresses that begin otherwise. */
    GuardRun peersAt(String before, String now) {
        String peers = text.lines()
                .filter(line -> line.startsWith("my @PEERS"))
                .findFirst()
                .orElseThrow();
        text = patched(text, peers, patched(peers, before, now));
        return this;
    }

    private static String patched(String text, String what, String by) {
        if (!text.contains(what)) {
            throw new IllegalStateException("the guard has no \"" + what + "\"");
        }
        return text.replace(what, by);
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Carries out one of its commands. */
    Result run(String... words) throws IOException, InterruptedException {
        Path guard = Files.writeString(folder.resolve("guard"), text);
        Path said = folder.resolve("said");
        List<String> command = new ArrayList<>(List.of("perl", guard.toString()));
        command.addAll(List.of(words));
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        process = started;
        if (!started.waitFor(PATIENCE, TimeUnit.SECONDS)) {
            started.destroyForcibly();
            throw new AssertionError("the guard does not end: " + Files.readString(said, UTF_8));
        }
        return new Result(started.exitValue(), Files.readString(said, UTF_8));
    }

    /** As by SIGKILL. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }

    /** What "hold" leaves behind for a start that is under way. */
    void hold() {
        try {
            Files.createDirectories(folder.resolve("lib/guard"));
            Files.createFile(folder.resolve("lib/guard/hold"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The packet filter forgets its rules, as it does at a boot; what it was told before is forgotten, too. */
    void boot() throws IOException {
        Files.writeString(folder.resolve("now"), "");
        Files.writeString(folder.resolve("log"), "");
    }

    /** From now on rules can be listed only in part, as where another program holds the lock of iptables for too long. */
    void breakListing() throws IOException {
        Files.createFile(folder.resolve("unlisted"));
    }

    /** Another program replaces the filter table. */
    void flush() {
        try {
            Files.writeString(folder.resolve("now"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rules of "sessionctl firewall" are kept on this droplet: these lines; what loads them is this script. */
    void keepsFirewall(String kept, String load) throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("etc/sessionctl")).resolve("firewall.rules"), kept);
        Files.writeString(
                Files.createDirectories(folder.resolve("lib/firewall")).resolve("load.sh"), load);
    }

    /** Its last state, without the time: a word and its reason. */
    String state() throws IOException {
        return Files.readString(folder.resolve("run/guard/state"), UTF_8).replaceFirst(" \\d+", "");
    }

    /** Ends the processes that keep the port closed, and the way to others blocked. */
    void end() {
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

    /** From now on no port can be opened. */
    void breakOpening() throws IOException {
        Files.createFile(folder.resolve("broken"));
    }

    /** The packet filter takes its time when it is to open the port next. */
    void slowOpening() throws IOException {
        Files.createFile(folder.resolve("slow"));
    }

    /** Another program, or a person, changes the rules. */
    void filter(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(words));
        command.set(0, folder.resolve(words[0]).toString());
        Process started = new ProcessBuilder(command).inheritIO().start();
        if (started.waitFor() != 0) {
            throw new IllegalStateException(command + " does not work");
        }
    }

    /** From now on iptables-restore does not know how to wait, as before 1.6.2. */
    void isOld() throws IOException {
        Files.createFile(folder.resolve("old"));
    }

    /** Rules of its chain, where they come before all others: none when its port is open. */
    List<String> gate() throws IOException {
        return first("INPUT", "SESSIONCTL-GATE");
    }

    /** Addresses to which the way is blocked, before any other rule is asked. */
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

    /** Whether it lets connections in, but nothing that is sent on them. */
    boolean holds() {
        try {
            return gate().stream().anyMatch(rule -> rule.endsWith("-j DROP"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isOpen() {
        try {
            return gate().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that the packet filter was told. */
    String told() throws IOException {
        return Files.readString(folder.resolve("log"), UTF_8);
    }
}
