package sessionctl.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.guard.FakeMemcached.Item;

/**
 * The guard before a memcached stops or leaves: turns among the servers, requests under way, and the sessions and
 * locks that are given to peers.
 */
class GuardStopTest extends ThreeServers {
    @Test
    void anyReportsWhetherAServerIsReachable() throws IOException, InterruptedException {
        second.close();
        assertThat(guard.run("any", "127.98.0.2", "127.98.0.3").exit()).isZero();
        third.close();
        GuardRun.Result none = guard.run("any", "127.98.0.2", "127.98.0.3");
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.stderr()).isEqualTo("guard: none of 127.98.0.2, 127.98.0.3 can be reached from here\n");
    }

    private Duration drain() throws IOException, InterruptedException {
        long from = System.nanoTime();
        assertThat(guard.run("drain").exit()).isZero();
        return Duration.ofNanos(System.nanoTime() - from);
    }

    @Test
    void aDrainIsImmediateIfPeersAreOpenAndIsAnnouncedToThem() throws IOException, InterruptedException {
        drain();
        assertThat(List.of(second.value(TURN), third.value(TURN))).containsOnly("127.98.0.1 stops");
        assertThat(guard.guardState()).singleElement().asString().contains("--syn");
    }

    @Test
    void aDrainWaitsWhileAPeerStops() throws IOException, InterruptedException {
        // A peer announced its stop on all servers first; it is done after two seconds.
        own.set(TURN, LATER, "127.98.0.2 stops");
        third.set(TURN, LATER, "127.98.0.2 stops");
        Thread other = new Thread(() -> {
            pause(2000);
            own.remove(TURN);
            third.remove(TURN);
        });
        other.start();
        assertThat(drain()).isGreaterThan(Duration.ofSeconds(2)).isLessThan(Duration.ofSeconds(10));
        other.join();
        assertThat(List.of(second.value(TURN), third.value(TURN))).containsOnly("127.98.0.1 stops");
    }

    @Test
    void anAnnouncedStopIsWithdrawnIfAPeerWasFirst() throws IOException, InterruptedException {
        third.set(TURN, LATER, "127.98.0.2 stops");
        guard.setting("turn", "0.4");
        assertThat(guard.run("drain").stderr()).contains("stops though no other server is open, or another stops, too");
        assertThat(second.get(TURN)).isNull();
        assertThat(third.value(TURN)).isEqualTo("127.98.0.2 stops");
    }

    /**
     * A client can choose a session ID by a cookie, PHPSESSID=sessionctl: the key that earlier versions used for their
     * turns. If the session is larger than an item, only its lock is stored.
     */
    @ParameterizedTest
    @CsvSource({"0, true", "0, false", "1, true", "1, false", "2, true", "2, false"})
    void aSessionNamedSessionctlDoesNotDisableTheTurns(String lock, boolean stored)
            throws IOException, InterruptedException {
        for (FakeMemcached server : List.of(own, second, third)) {
            server.set("sessionctl.lock", LATER, lock);
            if (stored) {
                server.set("sessionctl", LATER, "");
            }
        }
        guard.setting("turn", "3");
        assertThat(drain()).isLessThan(Duration.ofMillis(2500));
        assertThat(List.of(second.value(TURN), third.value(TURN))).containsOnly("127.98.0.1 stops");
        assertThat(second.value("sessionctl.lock") + third.value("sessionctl.lock"))
                .isEqualTo(lock + lock);
        // Servers that stop at the same moment still wait for each other.
        guard.boot();
        own.set(TURN, LATER, "127.98.0.2 stops");
        assertThat(drain()).isGreaterThan(Duration.ofMillis(2900));
    }

    /** Peers that accept connections and send nothing, as a paused machine or a memcached that hangs. */
    @Test
    void peersThatHangDoNotExtendADrain() throws IOException, InterruptedException {
        guard.setting("turn", "3");
        for (FakeMemcached peer : List.of(second, third)) {
            peer.before(command -> pause(60_000));
        }
        assertThat(drain()).isLessThan(Duration.ofSeconds(7));
    }

    /** Peers that hang after they have sent their version. */
    @ParameterizedTest
    @ValueSource(strings = {"add", "gets", "cas"})
    void peersThatHangInALaterCommandDoNotExtendADrain(String at) throws IOException, InterruptedException {
        guard.setting("turn", "3");
        for (FakeMemcached peer : List.of(second, third)) {
            peer.before(command -> {
                if (command.startsWith(at + " ")) {
                    pause(60_000);
                }
            });
        }
        own.set(TURN, LATER, "127.98.0.2 stops").set("session.lock", LATER, "1");
        assertThat(durationDuring(request(""), "drain")).isLessThan(Duration.ofSeconds(12));
    }

    /** If all other hosts are gone, no peer will open: the guard stops after a shorter time. */
    @Test
    void withoutReachablePeersADrainWaitsAShorterTime() throws IOException, InterruptedException {
        guard.setting("gone", "2").peersAt("127.98.0.", "198.51.100.");
        assertThat(drain()).isGreaterThan(Duration.ofSeconds(2)).isLessThan(Duration.ofSeconds(9));
    }

    /** A host that boots refuses connections until its memcached is open. */
    @Test
    void aDrainWaitsLongerForPeersThatRefuseConnections() throws IOException, InterruptedException {
        guard.setting("gone", "1").setting("turn", "4");
        second.close();
        third.close();
        assertThat(drain()).isGreaterThan(Duration.ofSeconds(4));
    }

    @Test
    void aDrainWaitsUntilAPeerIsOpen() throws IOException, InterruptedException {
        int port = own.port();
        second.close();
        third.close();
        Thread other = new Thread(() -> {
            pause(2000);
            third = new FakeMemcached("127.98.0.3", port);
        });
        other.start();
        assertThat(drain()).isGreaterThan(Duration.ofSeconds(2)).isLessThan(Duration.ofSeconds(10));
        other.join();
    }

    /**
     * Starts a PHP request that has not ended: its connection, which the guard finds in /proc/net/tcp. Java's own
     * connections are in tcp6, so another server stands for this droplet's.
     */
    private Process request(String to) throws IOException {
        String server = to.isEmpty()
                ? "LocalAddr => q(127.98.0.8), LocalPort => $port, Listen => 1"
                : "LocalPort => 0, Listen => 1";
        String words = "my ($to, $port) = @ARGV; my $server = IO::Socket::INET->new(" + server + ") or die $!;"
                + " my $client = IO::Socket::INET->new(PeerAddr => $to, PeerPort => $port, LocalAddr => q(127.98.0.9))"
                + " or die $!; $| = 1; print qq(ready\\n); <STDIN>";
        Process process = new ProcessBuilder(
                        "perl", "-MIO::Socket::INET", "-e", words, to.isEmpty() ? "127.98.0.8" : to, "" + own.port())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        return process;
    }

    /** Returns the time that the guard takes for a command while a request is under way. */
    private Duration durationDuring(Process request, String... words) throws IOException, InterruptedException {
        long from = System.nanoTime();
        try {
            assertThat(guard.run(words).exit()).isZero();
            assertThat(request.isAlive()).isTrue();
        } finally {
            request.destroy();
        }
        return Duration.ofNanos(System.nanoTime() - from);
    }

    @Test
    void aRequestThatOutlivesTheDrainKeepsItsLockOnThePeers() throws IOException, InterruptedException {
        own.set("session.lock", LATER, "1").set("another.lock", LATER, "0").set("ours.lock", LATER, "1000000");
        second.set("session.lock", LATER, "0");
        assertThat(durationDuring(request(""), "drain")).isGreaterThan(Duration.ofSeconds(2));
        for (FakeMemcached peer : List.of(second, third)) {
            Item lock = Objects.requireNonNull(peer.get("session.lock"));
            assertThat(lock.value()).isEqualTo("1000000");
            assertThat(lock.expiry()).isEqualTo(LATER);
        }
        assertThat(second.value("another.lock") + third.value("another.lock")).isEmpty();
        assertThat(second.get("ours.lock")).isNull();
    }

    @Test
    void aRequestThatEndsDuringTheDrainLeavesNoLockOnThePeers() throws IOException, InterruptedException {
        own.set("session.lock", LATER, "1");
        third.before(command -> {
            if (command.startsWith("add " + FakeMemcached.key("session.lock"))) {
                own.set("session.lock", LATER, "0");
            }
        });
        durationDuring(request(""), "drain");
        assertThat(second.value("session.lock") + third.value("session.lock")).isEqualTo("00");
    }

    @Test
    void anAbandonedLockIsNotCopiedToThePeers() throws IOException, InterruptedException {
        own.set("session.lock", LATER, "1");
        drain();
        assertThat(second.get("session.lock")).isNull();
    }

    @Test
    void giveCopiesSessionsThatOnlyThisServerHoldsToNearlyFullPeers() throws IOException, InterruptedException {
        own.limit(2000);
        second.limit(2000);
        for (int i = 0; i < 17; i++) {
            own.set("session" + i, LATER, "");
            second.set("session" + i, LATER, "");
        }
        own.set("new", LATER, "x");
        // A peer with less memory may evict the sessions that it is given.
        second.limit(1990);
        assertThat(guard.run("give", "127.98.0.2").stderr())
                .endsWith("127.98.0.2 has no room for 1 sessions that only 127.98.0.1 holds\n");
        second.limit(2000);
        GuardRun.Result result = guard.run("give", "127.98.0.2");
        assertThat(result.exit()).as(result.stderr()).isZero();
        assertThat(second.value("new")).isEqualTo("x");
        own.set("more", LATER, "").set("most", LATER, "").set("last", LATER, "");
        result = guard.run("give", "127.98.0.2");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).endsWith("127.98.0.2 has no room for 2 sessions that only 127.98.0.1 holds\n");
    }

    @Test
    void aFullPeerThatLacksNoSessionDoesNotFailTheGive() throws IOException, InterruptedException {
        own.set("session", LATER, "x").limit(100);
        second.set("session", LATER, "x").limit(90);
        assertThat(guard.run("give", "127.98.0.2").exit()).isZero();
    }

    @Test
    void aMemcachedThatDoesNotAnswerMayBeStopped() throws IOException, InterruptedException {
        own.close();
        GuardRun.Result result = guard.run("give", "127.98.0.2");
        assertThat(result.exit()).as(result.stderr()).isZero();
        assertThat(result.stderr()).contains("memcached does not answer at 127.98.0.1:");
    }

    @Test
    void aBlockToALeavingServerWaitsForRequestsUnderWay() throws IOException, InterruptedException {
        assertThat(durationDuring(request("127.98.0.3"), "away", "127.98.0.3", "127.98.0.4"))
                .isGreaterThan(Duration.ofSeconds(2));
        String refused = " -j REJECT --reject-with tcp-reset";
        String to = "-A SESSIONCTL-AWAY -d 127.98.0.%d/32 -p tcp -m tcp ! --sport 0:1023 --dport " + own.port();
        assertThat(guard.filterInput().lines().filter(line -> line.startsWith("-A")))
                .containsExactly(
                        to.formatted(3) + " --syn" + refused,
                        to.formatted(4) + " --syn" + refused,
                        to.formatted(3) + refused,
                        to.formatted(4) + refused);
    }

    /** A blocked server lacks the sessions written since, and may be up again when this droplet boots. */
    @Test
    void blocksPersistOverABoot() throws IOException, InterruptedException {
        guard.run("away", "127.98.0.3", "127.98.0.4");
        guard.boot();
        assertThat(guard.run("close").exit()).isZero();
        assertThat(guard.filterInput())
                .contains("-A SESSIONCTL-AWAY -d 127.98.0.3/32 -p tcp", "-A SESSIONCTL-AWAY -d 127.98.0.4/32 -p tcp")
                .contains("-A SESSIONCTL-GATE ")
                .doesNotContain("--syn");
        assertThat(guard.run("back").exit()).isZero();
        guard.boot();
        assertThat(guard.run("close").exit()).isZero();
        assertThat(guard.filterInput()).contains("-A SESSIONCTL-GATE ").doesNotContain("AWAY");
    }

    @Test
    void ableReportsWhetherThePacketFilterCanCloseThePort() throws IOException, InterruptedException {
        assertThat(guard.run("able").exit()).isZero();
        assertThat(guard.filterInput()).isEmpty();
        guard.breakOpening();
        GuardRun.Result result = guard.run("able");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).isEqualTo("guard: iptables cannot close the port here\n");
    }
}
