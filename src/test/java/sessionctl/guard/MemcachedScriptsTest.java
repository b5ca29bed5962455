package sessionctl.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.command.Scripts;

/**
 * Scripts that run as root on a droplet and read its memcached, or whatever listens on its port while memcached is
 * down.
 */
@Tag("slow")
@Timeout(60)
class MemcachedScriptsTest extends ThreeServers {
    private static final String SID = "0123456789abcdef0123456789";
    private static final String STATS = "STAT pid 1\r\nEND\r\n";

    /** A limit of the scripts' memory: enough for the items of these tests, too little for the endless answers. */
    private static final String LIMIT = "ulimit -v 300000\n";

    private record Ended(int exit, String out) {}

    private Ended run(String script, String input, String... arguments) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("script"), LIMIT + script);
        Path out = folder.resolve("out");
        String[] words = new String[arguments.length + 2];
        words[0] = "sh";
        words[1] = file.toString();
        System.arraycopy(arguments, 0, words, 2, arguments.length);
        Process process = new ProcessBuilder(words)
                .redirectInput(Files.writeString(folder.resolve("in"), input).toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(out, StandardCharsets.ISO_8859_1));
    }

    private static String unpacked(Ended ended) throws IOException {
        byte[] packed = ended.out().getBytes(StandardCharsets.ISO_8859_1);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private Map<String, String> cache(int port) throws IOException, InterruptedException {
        String script = Scripts.text("command/memcached.sh") + "session_keys='" + GuardProgram.module("SessionKeys")
                + "'\nbegan=1\nsay() { printf '%s %s\\n%s\\n' \"$1\" \"${#2}\" \"$2\"; }\n"
                + (Scripts.text("facts/cache.sh") + Scripts.text("facts/vitals.sh"))
                        .replace("\"/etc\"", "\"" + folder + "/etc\"");
        String text = unpacked(run(script, "", "127.98.0.1", Integer.toString(port), "15"));
        assertThat(text).contains("\nclock ");
        Map<String, String> found = new TreeMap<>();
        text.substring(text.indexOf("cache "), text.indexOf("\ntrips "))
                .lines()
                .skip(1)
                .map(line -> line.split(" ", 2))
                .filter(w -> w.length == 2)
                .forEach(w -> found.merge(w[0], w[1], (one, other) -> one + "|" + other));
        return found;
    }

    /** "status" counts the sessions that the guard copies. */
    @ParameterizedTest
    @CsvSource({
        SID + ", true",
        "www.example.com" + SID + ", true",
        "shop_" + SID + ", true",
        "odd:" + SID + ", true",
        "shop:" + SID + ", false",
        "memc.sess.key." + SID + ", false",
        "short, false"
    })
    void onlyKeysThatTheGuardCopiesAreCounted(String key, boolean counted) throws IOException, InterruptedException {
        Path pool = Files.createDirectories(folder.resolve("etc/php/8.2/fpm/pool.d"))
                .resolve("www.conf");
        Files.writeString(pool, "php_value[memcache.session_prefix_static_key] = odd:\n");
        own.put(key, LATER, "x").put("locked:1", LATER, "x").put("locked:1.lock", LATER, "7");
        second.put(key, LATER, "x").put("locked:1", LATER, "x").put("locked:1.lock", LATER, "7");
        Map<String, String> found = cache(own.port());
        assertThat(found.get("sessions")).isEqualTo(counted ? "2" : "1");
        assertThat(found.get("others")).isEqualTo(counted ? "0" : "1");
        assertThat(found.getOrDefault("copy", "").split("\\|")).hasSize(counted ? 2 : 1);
        assertThat(found.get("lock")).startsWith("locked ");
        assertThat(guard.run("join").stderr()).contains("open: " + found.get("sessions") + " sessions from");
    }

    /** Keys of other programs count with or without an expiry; sessionctl's own keys do not. */
    @Test
    void keysOfOtherProgramsAreCountedSeparately() throws IOException, InterruptedException {
        own.set("session", LATER, "x").set("session.lock", LATER, "0");
        own.put("page:/index", -1, "x").put("page:/shop", LATER, "x").put("sessionctl<turn>", LATER, "x");
        assertThat(cache(own.port())).containsEntry("sessions", "1").containsEntry("others", "2");
    }

    @Test
    void aDumpWithALeadingOkIsUnderstood() throws IOException, InterruptedException {
        for (int i = 0; i < 100; i++) {
            own.set("session" + i, LATER, "x");
        }
        own.put("other", LATER, "x");
        Map<String, String> before = cache(own.port());
        own.okFirst();
        assertThat(cache(own.port()))
                .isEqualTo(before)
                .containsEntry("sessions", "100")
                .containsEntry("others", "1");
        own.listsOnly();
        assertThat(cache(own.port())).isEqualTo(before);
    }

    /** A dump without a reader blocks one of memcached's threads for each further dump. */
    @Test
    void aDumpIsRequestedOnlyWhileNoOtherRuns() throws IOException, InterruptedException {
        AtomicInteger looks = new AtomicInteger();
        AtomicInteger dumps = new AtomicInteger();
        own.set("session", LATER, "x").before(command -> {
            if (command.equals("stats") && looks.incrementAndGet() == 4) {
                own.setDumpRunning(false);
            } else if (command.startsWith("lru_crawler")) {
                dumps.incrementAndGet();
            }
        });
        own.setDumpRunning(true);
        assertThat(cache(own.port())).containsEntry("sessions", "1");
        assertThat(looks).hasValue(4);
        assertThat(dumps).hasValue(1);
    }

    @Test
    void withAnEndlessDumpTheCountStaysUnknown() throws IOException, InterruptedException {
        AtomicInteger dumps = new AtomicInteger();
        own.set("session", LATER, "x").before(command -> {
            if (command.startsWith("lru_crawler")) {
                dumps.incrementAndGet();
            }
        });
        own.setDumpRunning(true);
        assertThat(cache(own.port()))
                .containsEntry("get_hits", "7")
                .doesNotContainKeys("sessions", "others", "copy", "lock");
        assertThat(dumps).hasValue(0);
    }

    @Test
    void everyServerSamplesTheSameSessions() throws IOException, InterruptedException {
        for (int i = 0; i < 6000; i++) {
            own.set("session" + i, LATER, "x");
        }
        Map<String, String> found = cache(own.port());
        for (int i = 5999; i >= 0; i--) {
            own.remove("session" + i);
            own.set("session" + i, LATER, "x");
        }
        assertThat(found.get("sessions")).isEqualTo("6000");
        assertThat(found.getOrDefault("copy", "").split("\\|")).hasSize(48);
        assertThat(cache(own.port())).isEqualTo(found);
    }

    /** The rest of an unknown answer would be taken for the answer to the next command. */
    @Test
    void aConnectionWithAnUnknownAnswerIsNotUsedAgain() throws IOException, InterruptedException {
        AtomicInteger dumps = new AtomicInteger();
        own.set("session", LATER, "x")
                .answersDumps(() -> dumps.incrementAndGet() == 1
                        ? "HELLO\r\nkey=" + SID + " exp=9999999999 la=1 cas=9 size=1\r\nEND"
                        : "");
        assertThat(cache(own.port())).containsEntry("sessions", "1");
        assertThat(dumps.get()).isEqualTo(2);
        own.answersDumps(() -> "HELLO\r\nkey=" + SID + " exp=9999999999 la=1 cas=9 size=1\r\nEND");
        assertThat(cache(own.port())).doesNotContainKey("sessions").containsKey("get_hits");
    }

    /** Starts a server that sends one text first and then another again and again, whatever it is asked. */
    private static ServerSocket server(String first, String again) throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getByName("127.98.0.1"));
        Thread thread = new Thread(() -> {
            byte[] more = again.repeat(Math.max(1, 200_000 / again.length())).getBytes(StandardCharsets.ISO_8859_1);
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    OutputStream out = connection.getOutputStream();
                    out.write(first.getBytes(StandardCharsets.ISO_8859_1));
                    while (true) {
                        out.write(more);
                    }
                } catch (IOException e) {
                    // The script has read enough.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return socket;
    }

    static Stream<Arguments> endless() {
        return Stream.of(
                Arguments.of("", "x"),
                Arguments.of("", "STAT a 1\n"),
                Arguments.of(STATS, "x"),
                Arguments.of(STATS + STATS, "x"),
                Arguments.of(STATS + STATS, "key=x"),
                Arguments.of(STATS + STATS + "key=" + SID + " exp=-1 la=1 cas=1\nEND\r\n", "x"));
    }

    @ParameterizedTest
    @MethodSource("endless")
    void endlessLinesAndAnswersAreGivenUp(String first, String again) throws IOException, InterruptedException {
        long from = System.nanoTime();
        try (ServerSocket socket = server(first, again)) {
            assertThat(cache(socket.getLocalPort()).getOrDefault("sessions", "0"))
                    .isEqualTo("0");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(6));
    }

    /** Endless keys exhaust neither the memory nor the time. */
    @Test
    void endlessKeysGiveNoCount() throws IOException, InterruptedException {
        String names = IntStream.range(0, 2000)
                .mapToObj(i -> "key=%026d%d.lock exp=9999999999 la=1 cas=1\n".formatted(i, System.nanoTime()))
                .collect(Collectors.joining());
        try (ServerSocket socket = server(STATS + STATS, names)) {
            assertThat(cache(socket.getLocalPort())).doesNotContainKey("sessions");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "VALUE %s 0 99999999\r\n", "VALUE %s 0 4\r\nabcd\r\n"})
    void endlessAnswersToTheCopiesScriptAreGivenUp(String first) throws IOException, InterruptedException {
        try (ServerSocket socket = server(first.formatted(SID), "x")) {
            String port = Integer.toString(socket.getLocalPort());
            assertThat(run(Scripts.asking("verify/copies.sh"), SID + "\n", "get", "127.98.0.1", port)
                            .exit())
                    .isEqualTo(4);
        }
    }

    @Test
    void theCopiesScriptReadsAndDeletesCopies() throws IOException, InterruptedException {
        own.put(SID, LATER, "a\r\nEND\r\n").put(SID + ".lock", LATER, "0");
        String port = Integer.toString(own.port());
        String script = Scripts.asking("verify/copies.sh");
        assertThat(run(script, SID + "\nother\n", "get", "127.98.0.1", port))
                .isEqualTo(new Ended(0, SID + " 610d0a454e440d0a\nother -\n"));
        assertThat(run(script, SID + "\n", "delete", "127.98.0.1", port)).isEqualTo(new Ended(0, SID + " deleted\n"));
        assertThat(own.items()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "STAT bytes 1\n"})
    void endlessAnswersToTheFactsScriptAreGivenUp(String again) throws IOException, InterruptedException {
        try (ServerSocket socket = server("STAT bytes 5\r\n", again)) {
            Process listening = new ProcessBuilder(
                            "perl", "-e", "sleep 60", "--", "-l", "127.98.0.1", "-p", "" + socket.getLocalPort())
                    .start();
            try {
                String script = "pidof() { echo " + listening.pid() + "; }\n"
                        + Scripts.asking("facts/facts.sh").replace("/run/systemd/system", "/nowhere");
                assertThat(unpacked(run(script, ""))).contains("\nstats 0\n", "\nend 0\n");
            } finally {
                listening.destroy();
            }
        }
    }
}
