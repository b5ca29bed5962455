package sessionctl.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guard with every memcached version of the lab's images, from Debian 11's 1.6.9 to Debian 14's 1.6.45. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealMemcachedIT {
    private static final String SID = "0123456789abcdef01234-";
    private static final String OWN = "127.98.0.1";
    private static final String SECOND = "127.98.0.2";
    private static final String THIRD = "127.98.0.3";

    @TempDir
    Path folder;

    private List<Path> versions = List.of();
    private int port;
    private GuardRun guard;
    private int run;

    @BeforeAll
    void unpack(@TempDir Path programs) throws IOException, InterruptedException {
        versions = RealMemcached.programs(programs);
        assertThat(versions).isNotEmpty();
    }

    List<Path> versions() {
        return versions;
    }

    @BeforeEach
    void prepare() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(OWN))) {
            port = free.getLocalPort();
        }
        guard = new GuardRun(Files.createDirectory(folder.resolve("run" + run++)), port, "");
    }

    @AfterEach
    void end() {
        guard.end();
    }

    private RealMemcached start(Path version, String address, String... options)
            throws IOException, InterruptedException {
        return new RealMemcached(version, address, port, options);
    }

    /** Each server holds a cache that would not fit on any other, and no peer evicts an item. */
    @ParameterizedTest
    @MethodSource("versions")
    void aJoinCopiesSessionsFromServersWithLargeCaches(Path version) throws IOException, InterruptedException {
        try (RealMemcached own = start(version, OWN);
                RealMemcached second = start(version, SECOND);
                RealMemcached third = start(version, THIRD)) {
            second.fill("wp:second:posts:", 3400, 10_000);
            third.fill("wp:third:posts:", 3400, 10_000);
            second.fill(SID, 500, 200);
            third.fill(SID, 500, 200);
            GuardRun.Result join = guard.run("join");
            assertThat(join.exit()).as(join.stderr()).isZero();
            assertThat(join.stderr()).contains("open: 500 sessions from " + SECOND + ", " + THIRD);
            assertThat(guard.guardState()).isEmpty();
            // The two items of the turns have expired and are not yet reclaimed.
            assertThat(own.stat("curr_items")).as(own.version()).isBetween(500L, 502L);
            assertThat(guard.run("whole", SECOND, THIRD).exit()).isZero();
            own.fill("wp:own:posts:", 3400, 10_000);
            own.fill(SID + "more", 100, 200);
            GuardRun.Result give = guard.run("give", SECOND, THIRD);
            assertThat(give.exit()).as(give.stderr()).isZero();
            assertThat(give.stderr()).contains("gave 100 sessions to " + SECOND, "gave 100 sessions to " + THIRD);
            assertThat(second.stat("curr_items")).isEqualTo(4000);
            assertThat(second.stat("evictions") + third.stat("evictions")).isZero();
            assertThat(guard.run("drain").exit()).isZero();
            assertThat(second.ask("get sessionctl<turn>")).contains(OWN + " stops");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void emptyPeersDoNotPreventAJoin(Path version) throws IOException, InterruptedException {
        try (RealMemcached own = start(version, OWN);
                RealMemcached second = start(version, SECOND)) {
            GuardRun.Result join = guard.run("join");
            assertThat(join.exit()).as(join.stderr()).isZero();
            assertThat(join.stderr()).contains("open: 0 sessions from " + SECOND);
            assertThat(own.ask("get sessionctl<turn> sessionctl.lock")).isEqualTo("END\r\n");
            assertThat(second.version()).startsWith("VERSION 1.");
        }
    }

    /** The servers' versions may differ, for example during an upgrade. */
    @ParameterizedTest
    @MethodSource("versions")
    void theOldestVersionJoinsFromEveryVersion(Path version) throws IOException, InterruptedException {
        try (RealMemcached own = start(versions.get(0), OWN);
                RealMemcached second = start(version, SECOND)) {
            second.fill(SID, 50, 200);
            assertThat(guard.run("join").stderr()).contains("open: 50 sessions from " + SECOND);
            assertThat(own.stat("curr_items")).isBetween(50L, 52L);
        }
    }

    /** A further dump would block one of a healthy server's threads. */
    @ParameterizedTest
    @MethodSource("versions")
    void noDumpIsRequestedWhileAnotherIsUnread(Path version) throws IOException, InterruptedException {
        guard.setting("patience", "2");
        try (RealMemcached own = start(version, OWN);
                RealMemcached second = start(version, SECOND, "-m", "256");
                RealMemcached third = start(version, THIRD)) {
            second.fill(SID, 250_000, 1);
            third.fill(SID, 10, 1);
            try (Socket gone = second.connect()) {
                gone.getOutputStream().write("lru_crawler metadump all\r\n".getBytes(ISO_8859_1));
                Thread.sleep(500);
                assertThat(second.stat("lru_crawler_running")).isEqualTo(1);
                for (int i = 0; i < 2; i++) {
                    GuardRun.Result join = guard.run("join");
                    assertThat(join.stderr()).contains("goes on without " + SECOND + " is busy with other dumps");
                    assertThat(join.exit()).as(join.stderr()).isZero();
                }
                for (int i = 0; i < 16; i++) {
                    assertThat(second.version()).startsWith("VERSION 1.");
                }
            }
            assertThat(own.stat("curr_items")).isBetween(10L, 12L);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void thePortStaysClosedIfMemcachedRefusesSessions(Path version) throws IOException, InterruptedException {
        try (RealMemcached own = start(version, OWN, "-I", "512k");
                RealMemcached second = start(version, SECOND)) {
            second.fill(SID, 20, 600_000);
            second.fill(SID + "small", 20, 100);
            guard.run("close");
            GuardRun.Result join = guard.run("join");
            assertThat(join.exit()).as(join.stderr()).isEqualTo(1);
            assertThat(join.stderr())
                    .contains("memcached did not store 20 sessions: \"SERVER_ERROR object too large for cache\"")
                    .doesNotContain("open:");
            assertThat(own.stat("curr_items")).isEqualTo(20);
            assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
        }
    }

    /** The peer's memory is filled with items of other programs. */
    @ParameterizedTest
    @MethodSource("versions")
    void giveStopsAtTheFirstEvictionOnThePeer(Path version) throws IOException, InterruptedException {
        try (RealMemcached own = start(version, OWN);
                RealMemcached second = start(version, SECOND)) {
            second.fill("wp:posts:", 5600, 10_000);
            own.fill(SID, 3000, 9000);
            long before = second.stat("evictions");
            GuardRun.Result give = guard.run("give", SECOND);
            assertThat(give.exit()).as(give.stderr()).isEqualTo(1);
            assertThat(second.stat("evictions") - before).as(give.stderr()).isLessThanOrEqualTo(100);
        }
    }
}
