package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.command.CommandResult;

/** Answers of the maximum size do not stall a run: reading them takes time proportional to their length. */
@Tag("slow")
class LargeAnswersTest {
    private static final int BYTES = 1 << 20;

    /**
     * A limit for this process's processor time, which is independent of the machine's load. The first compiler
     * alone, as in the launcher, needs 14 s for all commands. A reader that reads all lines for each line needs more.
     */
    private static final double MOST_SECONDS = 30;

    private static final Duration HUNG = Duration.ofSeconds(60);

    /** Lines that a section may consist of; # becomes another number in each. */
    private static final Map<String, List<String>> LINES = Map.ofEntries(
            Map.entry("os", List.of("ID=debian#", "ID#=\"a\"")),
            Map.entry("packages", List.of("ii  php#-fpm 8.2", "iiR x# 1", "ii  libapache2-mod-php8.# 1")),
            Map.entry("addresses", List.of("2: eth#@x    inet 10.98.0.#/24 scope global eth1")),
            Map.entry("services", List.of("Id=a#.service\nActiveState=active\n", "Id=a#.service")),
            Map.entry("memcached", List.of("-l\n10.0.0.#", "-vvvvvvvvvvvvvvvvvvvvvvvvvv#")),
            Map.entry("stats", List.of("bytes# 1", "bytes #")),
            Map.entry("cache", List.of("copy # settled 1", "lock #a 1 1", "x# 1")),
            Map.entry("trips", List.of("10.98.0.# ok 0.250")),
            Map.entry("gate", List.of("-A SESSIONCTL-AWAY -d 10.#.0.1/32 -j DROP", "-A SESSIONCTL-GATE -j #")),
            Map.entry("sentinel", List.of("[", "{\"sentinel\":", "{\"address\":#}")),
            Map.entry("away", List.of("10.98.0.#", "10.98.0.# ")),
            Map.entry("input", List.of(":A# - [0:0]\n-A A# -j DROP", "-A INPUT -j SESSIONCTL", "-A INPUT -j A#")),
            Map.entry("offers", List.of("Package: php#\nDepends: php8.2", "Depends: a#")),
            Map.entry("links", List.of("/etc/apache2/mods-enabled/php8.#.load", "/etc/apache2/mods-enabled/a#")),
            Map.entry("owed", List.of("apache#")),
            Map.entry("settings", List.of("/var/www/.htaccess:#\tsession.save_path\t/tmp", "/x:1\tsession.#\t/tmp")),
            Map.entry("v4", List.of(":A# - [0:0]\n-A A# -j DROP", "-A INPUT -j SESSIONCTL", "-A A# -j DROP")),
            Map.entry("v6", List.of(":A# - [0:0]", "-A INPUT -j A#")),
            Map.entry("kept", List.of("-A SESSIONCTL -j #")),
            Map.entry("policies", List.of("4 DROP#", "#4 DROP")),
            Map.entry("sshd", List.of("2#")),
            Map.entry("pending", List.of("run-#")),
            Map.entry("memory", List.of("MemTotal: # kB", "MemTotal:#")),
            Map.entry(
                    "listening",
                    List.of(
                            "LISTEN 0 128 0.0.0.0:# 0.0.0.0:* users:((\"a#\",pid=1,fd=3))",
                            "LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:((\"a#\",pid=1,fd=3),(\"b#\",pid=1,fd=3))")),
            Map.entry(
                    "file 644 root:root /etc/php/8.2/apache2/php.ini",
                    List.of(
                            "session.save_handler = files#",
                            ";session.save_path = #",
                            "[a#]",
                            "a = $\\$\\$\\$#",
                            "a# = \"#",
                            "a = (((~#|",
                            "a = '#")),
            Map.entry("file 644 root:root /etc/memcached.conf", List.of("-l 10.0.0.#", "# -m #", "-v -v -v -v")),
            Map.entry("file 644 root:root /usr/local/lib/sessionctl/guard", List.of("my $#")),
            Map.entry("sockets", List.of("Id=a#.socket\nListen=[::]:80 (Stream)", "Listen=[::]:# (Stream)", "Id=#")));

    static List<String> sections() {
        return LINES.keySet().stream().sorted().toList();
    }

    /** Returns different lines whose total length is close to the limit. */
    static String maximumLines(String line) {
        return IntStream.range(0, BYTES / (line.length() + 5))
                .mapToObj(i -> line.replace("#", Integer.toString(i)) + "\n")
                .collect(Collectors.joining());
    }

    private static void assertFast(String name, Executable work) {
        long before = processorTime();
        assertTimeoutPreemptively(HUNG, work, name);
        assertThat((processorTime() - before) / 1e9).as(name).isLessThan(MOST_SECONDS);
    }

    /** Returns the processor time of this process, in nanoseconds. */
    private static long processorTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    @ParameterizedTest
    @MethodSource("sections")
    void aSectionOfMaximumLengthIsReadInTime(String section) throws IOException {
        HostileCommands commands = new HostileCommands();
        for (String line : LINES.getOrDefault(section, List.of())) {
            CommandResult large =
                    commands.second().with(section, maximumLines(line)).result();
            assertFast(section + ": " + line, () -> commands.run(section, large));
        }
    }

    @Test
    void aLogOfMaximumLengthIsReadInTime() throws IOException {
        HostileCommands commands = new HostileCommands();
        String log =
                maximumLines("2026-01-31T10:00:00Z\tid#\talice@laptop\troot\t203.0.113.9\tprovision\t0.1.0\tdone\t3");
        assertFast("log", () -> commands.history("log", log));
    }
}
