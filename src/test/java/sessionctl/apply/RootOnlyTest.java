package sessionctl.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.ScriptDroplet;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;

/** Locks, state and logs on a droplet are readable for root only and never written through a link. */
@Tag("slow")
@Timeout(120)
class RootOnlyTest {
    private static final Map<String, List<String>> HOLDING = new TreeMap<>(Map.of(
            "plan/configure.sh", List.of("service", "apache2", "action", "none", "enable", "no"),
            "plan/guard.sh", List.of("back"),
            "plan/install.sh", List.of("apache2"),
            "firewall/apply.sh", List.of("one", "30", "0", "0", "0", "0"),
            "verify/drill.sh", List.of("cut", "one", "30"),
            "apply/lock.sh", List.of("take", "id", "who", "root", "provision", "1")));

    @TempDir
    private Path folder = Path.of("");

    private ScriptDroplet droplet = new ScriptDroplet(folder);

    @BeforeEach
    void makeDroplet() throws IOException {
        droplet = ScriptDroplet.in(folder).withSystemd();
        for (String name : List.of("iptables-save", "iptables-restore", "ip6tables-save", "dpkg", "apt-cache")) {
            droplet.program(name, "exit 0");
        }
        droplet.program("apt-get", "echo installed").program("setsid", "exit 0");
    }

    static Stream<String> lockingScripts() {
        return HOLDING.keySet().stream();
    }

    /** Runs a script with the umask of sshd, under which files are readable for all users by default. */
    private CommandResult run(String script, String... arguments) {
        return droplet.run(Command.script("umask 022\n" + Scripts.locking(script), arguments));
    }

    private CommandResult runWithArguments(String script) {
        return run(script, HOLDING.getOrDefault(script, List.of()).toArray(String[]::new));
    }

    private List<String> accessibleFiles() throws IOException {
        return Stream.concat(droplet.modes("/run").stream(), droplet.modes("/var/lib").stream())
                .filter(m -> m.contains("sessionctl") && !m.substring(3).startsWith("------"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("lockingScripts")
    void filesOfAScriptAreReadableForRootOnly(String script) throws IOException {
        runWithArguments(script);
        assertThat(droplet.path(script.contains("lock.sh") ? "/run/sessionctl/lease.lock" : "/run/sessionctl.lock"))
                .exists();
        assertThat(accessibleFiles()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("lockingScripts")
    void filesOfAnOlderVersionBecomeReadableForRootOnly(String script) throws IOException {
        for (String place :
                List.of("/run/sessionctl/guard", "/var/lib/sessionctl/guard", "/var/lib/sessionctl/original")) {
            Files.createDirectories(droplet.path(place));
        }
        for (String file : List.of("/run/sessionctl.lock", "/run/sessionctl/lease.lock", "/run/sessionctl/lease")) {
            Files.setPosixFilePermissions(
                    Files.createFile(droplet.path(file)), PosixFilePermissions.fromString("rw-r--r--"));
        }
        Path kept = Files.writeString(droplet.path("/var/lib/sessionctl/original/php.ini"), "");
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-r--r--"));
        String lock = script.contains("lock.sh") ? "/run/sessionctl/lease.lock" : "/run/sessionctl.lock";
        String other = script.contains("lock.sh") ? "/run/sessionctl.lock" : "/run/sessionctl/lease.lock";
        Object before = Files.getAttribute(droplet.path(lock), "unix:ino");
        runWithArguments(script);
        // Other users may have the old file open, so it must be replaced. Its old mode shows that it was accessible to
        // them.
        assertThat(Files.getAttribute(droplet.path(lock), "unix:ino")).isNotEqualTo(before);
        assertThat(accessibleFiles())
                .containsExactly("rw-r--r-- " + other, "rw-r--r-- /var/lib/sessionctl/original/php.ini");
        assertThat(droplet.modes("/run/sessionctl")).contains("rwx------ /run/sessionctl");
    }

    @Test
    void aLockHeldByRootIsWaitedForWhateverItsMode() throws IOException, InterruptedException {
        Path lock = Files.createFile(droplet.path("/run/sessionctl.lock"));
        Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(lockAgainst("flock", lock.toString(), "sleep", "20")).isEqualTo(7);
        // Locked as by an older version: the flock process has ended, and its parent keeps the descriptor.
        assertThat(lockAgainst("sh", "-c", "exec 8>>\"$1\"; flock 8; sleep 20; :", "sh", lock.toString()))
                .isEqualTo(7);
        Object before = Files.getAttribute(lock, "unix:ino");
        assertThat(run("plan/guard.sh", "back").exit()).isNotEqualTo(7);
        assertThat(Files.getAttribute(lock, "unix:ino")).isNotEqualTo(before);
    }

    /** A user who could open the file, also through a program that runs as root for that user. */
    @ParameterizedTest
    @ValueSource(strings = {"--reuid=65534", "--ruid=65534 --euid=0"})
    void aLockHeldByAUserIsReplaced(String user) throws IOException, InterruptedException {
        Path lock = Files.createFile(droplet.path("/run/sessionctl.lock"));
        Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
        String holder = "$^F = 255; open my $file, '>>', shift; flock $file, 2; exec @ARGV";
        List<String> words = new ArrayList<>(List.of("perl", "-e", holder, lock.toString(), "setpriv"));
        words.addAll(List.of(user.split(" ")));
        words.addAll(List.of("sleep", "20"));
        assertThat(lockAgainst(words.toArray(String[]::new))).isZero();
    }

    /** Returns the exit code of a run that requests the lock while this program holds it. */
    private int lockAgainst(String... program) throws IOException, InterruptedException {
        Process holder = new ProcessBuilder(program).start();
        try {
            while (new ProcessBuilder(
                                            "flock",
                                            "-n",
                                            droplet.path("/run/sessionctl.lock").toString(),
                                            "true")
                                    .start()
                                    .waitFor()
                            == 0
                    || Stream.concat(Stream.of(holder.toHandle()), holder.descendants())
                            .noneMatch(p -> p.info().command().orElse("").endsWith("/sleep"))) {
                Thread.sleep(10);
            }
            String script = Scripts.text("command/run-lock.sh") + "hold_lock /run/sessionctl.lock 8 1 || exit 7\n";
            return droplet.run(Command.script(script)).exit();
        } finally {
            holder.descendants().forEach(ProcessHandle::destroyForcibly);
            holder.destroyForcibly().waitFor();
        }
    }

    /** Files that a member of the group that may write to /var/log can create there. */
    @ParameterizedTest
    @ValueSource(strings = {"link", "dangling", "hard link", "fifo", "folder", "new link"})
    void theLogOfRunsIsNeverReadOrWrittenThroughALink(String kind) throws IOException, InterruptedException {
        Path victim = Files.writeString(droplet.path("/etc/victim"), "root:secret\n");
        Path log = droplet.path("/var/log/sessionctl.log");
        switch (kind) {
            case "link" -> Files.createSymbolicLink(log, victim);
            case "dangling" -> Files.createSymbolicLink(log, droplet.path("/etc/new"));
            case "hard link" -> Files.createLink(log, victim);
            case "fifo" ->
                assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor())
                        .isZero();
            case "folder" -> Files.createDirectory(log);
            default -> {
                Files.writeString(log, "line\n".repeat(2001));
                Files.createSymbolicLink(droplet.path("/var/log/sessionctl.log.new"), victim);
            }
        }
        CommandResult result = run("apply/lock.sh", "release", "id", "who", "root", "provision", "1", "done", "3");
        assertThat(result.exit()).isEqualTo(kind.equals("new link") ? 0 : 29);
        assertThat(victim).hasContent("root:secret\n");
        assertThat(droplet.path("/etc/new")).doesNotExist();
        assertThat(run("apply/lock.sh", "history", "10").stdout()).doesNotContain("secret");
    }

    @Test
    void theLogOfAptIsNeverWrittenThroughALink() throws IOException {
        Path victim = Files.createDirectory(droplet.path("/etc/victim"));
        Path precious = Files.writeString(victim.resolve("apt.log"), "precious");
        Path log = droplet.path("/var/log/sessionctl");
        assertThat(run("plan/install.sh", "apache2").exit()).isZero();
        assertThat(log.resolve("apt.log")).content().contains("installed");
        // A link in place of the file, which only root can create, is not followed either.
        Files.delete(log.resolve("apt.log"));
        Files.createSymbolicLink(log.resolve("apt.log"), precious);
        assertThat(run("plan/install.sh", "apache2").exit()).isZero();
        assertThat(precious).hasContent("precious");
        Files.delete(log.resolve("apt.log"));
        Files.delete(log);
        Files.createSymbolicLink(log, victim);
        CommandResult result = run("plan/install.sh", "apache2");
        assertThat(result.exit()).isZero();
        assertThat(result.stderr()).contains("/run/sessionctl/apt.log");
        assertThat(droplet.path("/run/sessionctl/apt.log")).content().contains("installed");
        assertThat(precious).hasContent("precious");
        // A folder that other users may write to is as unsafe as a link.
        Files.delete(log);
        Files.setPosixFilePermissions(Files.createDirectory(log), PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThat(run("plan/install.sh", "apache2").stderr()).contains("/run/sessionctl/apt.log");
        assertThat(log).isEmptyDirectory();
    }
}
