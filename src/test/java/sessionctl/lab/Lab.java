package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A lab for one test class, with real droplets and the packaged program. It is removed when the tests end or the JVM
 * exits.
 */
final class Lab implements AutoCloseable {
    static final Path JAR = Path.of("target/sessionctl.jar").toAbsolutePath();

    private static final Path SCRIPT = Path.of("src/lab/lab").toAbsolutePath();
    private static final Path STATE = Path.of("/run/sessionctl/lab");
    private static final String OWNER = "tests.pid";
    private static final Duration LIMIT = Duration.ofMinutes(12);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name =
            "t" + Long.toString(ProcessHandle.current().pid(), 36) + Integer.toString(COUNT.incrementAndGet(), 36);
    private final List<Host> hosts;
    private final Path folder;

    private Lab(List<Host> hosts) {
        this.hosts = List.copyOf(hosts);
        try {
            folder = Files.createTempDirectory("sessionctl-" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "lab " + name));
    }

    /** Boots this many droplets of Debian 12, lamp01 and on. */
    static Lab up(int droplets) {
        return up(Host.numbered(droplets), "--image", "debian:12");
    }

    /** Boots these droplets. If the lab cannot run, the tests fail with the reason. */
    static Lab up(List<Host> hosts, String... options) {
        if (!Files.exists(JAR)) {
            throw new AssertionError(JAR + " is not there; these tests try the packaged program: mvn verify");
        }
        removeAbandonedLabs();
        Lab lab = new Lab(hosts);
        List<String> words = new ArrayList<>(List.of("up"));
        words.addAll(List.of(options));
        lab.boot(hosts.stream().filter(h -> !h.installed()).toList(), words);
        words.add("--installed");
        lab.boot(hosts.stream().filter(Host::installed).toList(), words);
        lab.recordOwner();
        ClassArchive.make(lab);
        return lab;
    }

    private void boot(List<Host> some, List<String> words) {
        String table = some.stream().map(Host::tableLine).collect(Collectors.joining("\n", "", "\n"));
        Result up = some.isEmpty() ? null : call(scripted(words), table);
        if (up != null && up.exit() != 0) {
            close();
            throw new AssertionError("the lab cannot run on this machine, so nothing was tested: " + up.err());
        }
    }

    /** Removes labs of test runs that were killed before they could remove them. */
    private static void removeAbandonedLabs() {
        try (Stream<Path> labs = Files.isDirectory(STATE) ? Files.list(STATE) : Stream.empty()) {
            for (Path lab : labs.filter(l -> Files.exists(l.resolve(OWNER))).toList()) {
                long pid = Long.parseLong(Files.readString(lab.resolve(OWNER)));
                if (ProcessHandle.of(pid).isEmpty()) {
                    Map<String, String> environment =
                            Map.of("SESSIONCTL_LAB", lab.getFileName().toString());
                    new Program(List.of("bash", SCRIPT.toString(), "down"), environment, "").await(LIMIT);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void recordOwner() {
        try {
            Files.writeString(
                    STATE.resolve(name).resolve(OWNER),
                    Long.toString(ProcessHandle.current().pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> scripted(List<String> words) {
        List<String> all = new ArrayList<>(List.of("bash", SCRIPT.toString()));
        all.addAll(words);
        return all;
    }

    private Result call(List<String> words, String input) {
        return new Program(words, environment(), input).await(LIMIT);
    }

    private Map<String, String> environment() {
        return Map.of(
                "SESSIONCTL_LAB", name, "SESSIONCTL_KNOWN_HOSTS", knownHosts().toString());
    }

    /**
     * Runs a command of the lab's script that must succeed, as in {@code script("kill", "lamp01")}, and returns its
     * output.
     */
    String script(String... words) {
        return call(scripted(List.of(words)), "").exits(0).out();
    }

    /** Starts a command of the lab's script. */
    Program startScript(Map<String, String> environment, List<String> words) {
        Map<String, String> all = new HashMap<>(environment());
        all.putAll(environment);
        return new Program(scripted(words), all, "");
    }

    /** Runs a command of the lab's script, which may fail. */
    Result tryScript(String... words) {
        return call(scripted(List.of(words)), "");
    }

    /** Runs a shell script as root on a droplet; the test fails if the script fails. */
    String onHost(String host, String script) {
        return tryOnHost(host, script).exits(0).out();
    }

    /**
     * Runs a shell script as root on several droplets at once and returns what each printed, in the order of the
     * droplets.
     */
    List<String> onHosts(List<String> wanted, String script) {
        List<Program> started =
                wanted.stream().map(host -> startOnHost(host, script)).toList();
        return started.stream()
                .map(program -> program.await(LIMIT).exits(0).out())
                .toList();
    }

    /** Starts a script in the droplet's namespaces, which takes a tenth of the time of a login. */
    private Program startOnHost(String host, String script) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--target", init(host)));
        words.addAll(List.of("--mount", "--uts", "--ipc", "--net", "--pid", "--root"));
        words.addAll(List.of(
                "env", "-i", "--chdir=/", "HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "sh", "-c", script));
        return new Program(words, Map.of(), "");
    }

    /** Copies a file of this machine to a droplet's disk. */
    void copy(String host, Path file, String target) {
        try {
            Files.copy(file, Path.of("/proc", init(host), "root" + target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the process id of the droplet's init, which is the child of its container. */
    private String init(String host) {
        try {
            String container =
                    Files.readString(stateOf(host).resolve("nspawn.pid")).strip();
            String children = Files.readString(Path.of("/proc", container, "task", container, "children"));
            return children.strip().split(" ")[0];
        } catch (IOException e) {
            throw new AssertionError(host + " does not run", e);
        }
    }

    /** Returns true if a droplet is running. */
    boolean runs(String host) {
        try {
            String container =
                    Files.readString(stateOf(host).resolve("nspawn.pid")).strip();
            return Files.exists(Path.of("/proc", container));
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs a shell script as root on a droplet; the script may fail. */
    Result tryOnHost(String host, String script) {
        return startOnHost(host, script).await(LIMIT);
    }

    /** Runs a program on the operator's machine. */
    Result exec(String... words) {
        List<String> all = new ArrayList<>(List.of("exec", "--"));
        all.addAll(List.of(words));
        return call(scripted(all), "");
    }

    /** Runs a remedy as an operator would, who copies it from the screen. */
    Result runRemedy(String remedy) {
        if (remedy.startsWith("sessionctl ")) {
            return run(remedy.substring("sessionctl ".length()).split(" "));
        }
        String known = "-o UserKnownHostsFile=" + knownHosts() + " -i " + key();
        return exec("sh", "-c", remedy.replaceFirst("^ssh ", "ssh " + known + " "));
    }

    /** Starts a program on the operator's machine. */
    Program command(Map<String, String> environment, String... words) {
        List<String> all = new ArrayList<>(List.of("exec", "--"));
        all.addAll(List.of(words));
        Map<String, String> variables = new HashMap<>(environment());
        variables.putAll(environment);
        return new Program(scripted(all), variables, "");
    }

    /** Starts an interactive program on the operator's machine. */
    Process interactive(List<String> words) {
        List<String> all = new ArrayList<>(List.of("exec", "--"));
        all.addAll(words);
        try {
            ProcessBuilder builder = new ProcessBuilder(scripted(all)).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().putAll(environment());
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts sessionctl on the operator's machine. */
    Program start(Map<String, String> environment, String input, String... arguments) {
        List<String> words = new ArrayList<>(List.of("exec", "--"));
        words.addAll(Program.java());
        words.addAll(List.of("-jar", JAR.toString()));
        words.addAll(List.of(arguments));
        Map<String, String> all = new HashMap<>(environment());
        all.putAll(environment);
        return new Program(scripted(words), all, input);
    }

    /** Runs sessionctl to its end. */
    Result run(String... arguments) {
        return start(Map.of(), "", arguments).await(LIMIT);
    }

    /** Runs {@code sessionctl provision} with an inventory. */
    Result provision(Path inventory, String... options) {
        return run(Stream.concat(Stream.of("provision", inventory.toString()), Arrays.stream(options))
                .toArray(String[]::new));
    }

    /** Runs {@code sessionctl provision} and compares what it did with what a dry run has just shown. */
    Result provisionAsPlanned(Path inventory, String... options) {
        List<String> words = List.of(options);
        List<String> dryRun = new ArrayList<>(List.of("--dry-run", "--output", "json"));
        dryRun.addAll(words);
        Map<String, List<String>> planned = new TreeMap<>();
        JsonParser.parseString(
                        provision(inventory, dryRun.toArray(String[]::new)).out())
                .getAsJsonObject()
                .getAsJsonArray("droplets")
                .forEach(droplet -> droplet.getAsJsonObject()
                        .getAsJsonArray("changes")
                        .forEach(change -> add(droplet, "name", change, "summary", planned)));
        Path events = folder.resolve("events" + COUNT.incrementAndGet());
        List<String> applied = new ArrayList<>(List.of("--events", events.toString()));
        applied.addAll(words);
        Result result = provision(inventory, applied.toArray(String[]::new));
        Map<String, List<String>> done = new TreeMap<>();
        try (Stream<String> lines = Files.lines(events)) {
            lines.map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .filter(event -> event.get("event").getAsString().equals("change")
                            && event.get("state").getAsString().equals("done"))
                    .forEach(event -> add(event, "droplet", event, "change", done));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(done).as("%s", result).isEqualTo(planned);
        return result;
    }

    private static void add(
            JsonElement droplet, String name, JsonElement change, String words, Map<String, List<String>> changes) {
        changes.computeIfAbsent(droplet.getAsJsonObject().get(name).getAsString(), droplets -> new ArrayList<>())
                .add(change.getAsJsonObject().get("stage").getAsString() + ": "
                        + change.getAsJsonObject().get(words).getAsString());
    }

    /** Writes an inventory of these droplets; no names mean all droplets. */
    Path inventory(String... names) {
        return inventoryWith("", names);
    }

    /** Writes an inventory with more lines before the list of droplets. */
    Path inventoryWith(String lines, String... names) {
        List<String> wanted = List.of(names);
        String droplets = hosts.stream()
                .filter(h -> wanted.isEmpty() || wanted.contains(h.name()))
                .map(Host::inventoryLine)
                .collect(Collectors.joining());
        return file("ssh: {key: " + key() + "}\n" + lines + "droplets:\n" + droplets, ".yml");
    }

    /** Writes a file that is deleted with the lab. */
    Path file(String content, String suffix) {
        try {
            return Files.writeString(Files.createTempFile(folder, "it", suffix), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a folder that is deleted with the lab. */
    Path folder() {
        return folder;
    }

    Path key() {
        return STATE.resolve(name).resolve("id_ed25519");
    }

    Path knownHosts() {
        return STATE.resolve(name).resolve("known_hosts");
    }

    /** Returns the folder in which the lab keeps its state of a droplet. */
    Path stateOf(String host) {
        return STATE.resolve(name).resolve("hosts").resolve(host);
    }

    List<String> names() {
        return hosts.stream().map(Host::name).toList();
    }

    Host host(String wanted) {
        return hosts.stream()
                .filter(h -> h.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the lab has no " + wanted));
    }

    @Override
    public synchronized void close() {
        if (Files.exists(folder)) {
            Result down = call(scripted(List.of("down")), "");
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (down.exit() != 0) {
                throw new AssertionError("lab " + name + " could not be taken away: " + down.err());
            }
        }
    }
}
