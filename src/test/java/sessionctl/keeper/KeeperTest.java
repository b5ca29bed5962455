package sessionctl.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The judge is judged: every fault that a server commits on purpose is counted, and none that it did not. */
@Timeout(30)
class KeeperTest {
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private static Settings settings(FakeCluster cluster, int sessions, int idle) {
        return new Settings(cluster.addresses(), "/page.php", sessions, idle, 400, 64, 0, Duration.ofSeconds(2));
    }

    private JsonObject keep(Settings settings, Order order) throws Exception {
        Traffic traffic = new Traffic(settings, said::add);
        CompletableFuture<Tally> run = CompletableFuture.supplyAsync(() -> {
            try {
                return traffic.run();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(heard()).isEqualTo("ready: " + settings.sessions() + " sessions open");
        order.give(traffic);
        traffic.tell("stop");
        return JsonParser.parseString(run.get().json()).getAsJsonObject();
    }

    private String heard() throws InterruptedException {
        return said.poll(20, TimeUnit.SECONDS);
    }

    /** What is done while the traffic goes on. */
    private interface Order {
        Order ONE_SECOND = traffic -> Thread.sleep(1000);

        void give(Traffic traffic) throws Exception;
    }

    private static void assertCounts(JsonObject counts, int lost, int stale, int ahead, int failed) {
        assertThat(List.of(
                        counts.get("lost").getAsInt(),
                        counts.get("stale").getAsInt(),
                        counts.get("ahead").getAsInt(),
                        counts.get("failed").getAsInt()))
                .as("lost, stale, ahead and failed of %s", counts)
                .containsExactly(lost, stale, ahead, failed);
        assertThat(counts.getAsJsonArray("incidents")).hasSize(lost + stale + ahead + failed);
    }

    /** For the first so many requests of returning visitors, each of another session. */
    private static FakeCluster.Trick onSessions(int count, FakeCluster.Trick trick) {
        Set<String> met = ConcurrentHashMap.newKeySet();
        return (cluster, request) -> {
            boolean meant = !request.session().isEmpty()
                    && cluster.counters.getOrDefault(request.session(), 0) > 1
                    && met.size() < count
                    && met.add(request.session());
            return meant && trick.play(cluster, request);
        };
    }

    @Test
    void aSoundClusterIsFoundSound() throws Exception {
        try (FakeCluster cluster = new FakeCluster(3, FakeCluster.Trick.NONE)) {
            JsonObject counts = keep(settings(cluster, 60, 20), Order.ONE_SECOND);
            assertCounts(counts, 0, 0, 0, 0);
            assertThat(counts.get("sessions").getAsInt()).isEqualTo(60);
            assertThat(counts.get("active_looked_at").getAsInt()).isEqualTo(40);
            assertThat(counts.get("requests").getAsInt()).isEqualTo(cluster.requests());
            assertThat(counts.get("rate").getAsDouble()).isBetween(200.0, 410.0);
            assertThat(cluster.counters).hasSize(60);
            assertThat(cluster.counters.values())
                    .as("an idle session is opened, and read once on every droplet")
                    .filteredOn(counter -> counter == 4)
                    .hasSizeGreaterThanOrEqualTo(20);
            assertThat(cluster.asked.keySet()).containsExactlyInAnyOrderElementsOf(cluster.addresses());
        }
    }

    @Test
    void newVisitorsComeMeanwhile() throws Exception {
        try (FakeCluster cluster = new FakeCluster(1, FakeCluster.Trick.NONE)) {
            Settings busy = new Settings(cluster.addresses(), "/page.php", 10, 0, 400, 64, 500, Duration.ofSeconds(2));
            JsonObject counts = keep(busy, Order.ONE_SECOND);
            assertCounts(counts, 0, 0, 0, 0);
            assertThat(counts.get("sessions").getAsInt()).isGreaterThan(50).isEqualTo(cluster.counters.size());
        }
    }

    @Test
    void everyLostSessionIsCountedOnce() throws Exception {
        FakeCluster.Trick forget = onSessions(17, (cluster, request) -> {
            cluster.counters.remove(request.session());
            return false;
        });
        try (FakeCluster cluster = new FakeCluster(2, forget)) {
            JsonObject counts = keep(settings(cluster, 50, 0), Order.ONE_SECOND);
            assertCounts(counts, 17, 0, 0, 0);
            JsonObject incident = counts.getAsJsonArray("incidents").get(0).getAsJsonObject();
            assertThat(incident.get("kind").getAsString()).isEqualTo("lost");
            assertThat(incident.get("session").getAsString()).startsWith("s");
            assertThat(incident.get("droplet").getAsString()).isIn(cluster.addresses());
            assertThat(incident.get("last_droplet").getAsString()).isIn(cluster.addresses());
            assertThat(incident.get("expected").getAsInt()).isEqualTo(3);
            assertThat(incident.get("got").getAsInt()).isEqualTo(1);
            assertThat(incident.get("at").getAsLong())
                    .isGreaterThanOrEqualTo(incident.get("last_at").getAsLong())
                    .isBetween(System.currentTimeMillis() - 20_000, System.currentTimeMillis());
        }
    }

    @Test
    void anIdleSessionThatIsLostIsFoundAtTheEnd() throws Exception {
        try (FakeCluster cluster = new FakeCluster(3, FakeCluster.Trick.NONE)) {
            JsonObject counts = keep(settings(cluster, 30, 30), traffic -> cluster.counters.clear());
            assertCounts(counts, 30, 0, 0, 0);
            assertThat(counts.get("requests").getAsInt()).isEqualTo(30 + 3 * 30);
        }
    }

    @Test
    void aLostSessionUnderANewNameIsLostToo() throws Exception {
        FakeCluster.Trick rename = onSessions(5, (cluster, request) -> {
            cluster.count(new FakeCluster.Request(request.http(), "", request.droplet(), request.end()));
            return true;
        });
        try (FakeCluster cluster = new FakeCluster(1, rename)) {
            assertCounts(keep(settings(cluster, 20, 0), Order.ONE_SECOND), 5, 0, 0, 0);
        }
    }

    @Test
    void everyOldValueIsCounted() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        FakeCluster.Trick older = onSessions(12, (cluster, request) -> {
            // The last value again, or the one before it.
            int back = 1 + turn.incrementAndGet() % 2;
            cluster.counters.merge(
                    request.session(), Math.min(back, back == 2 ? 2 : 1), (now, less) -> Math.max(1, now - less));
            return false;
        });
        try (FakeCluster cluster = new FakeCluster(2, older)) {
            assertCounts(keep(settings(cluster, 30, 0), Order.ONE_SECOND), 0, 12, 0, 0);
        }
    }

    @Test
    void aCounterThatRunsAheadIsNoSilence() throws Exception {
        FakeCluster.Trick ahead = onSessions(3, (cluster, request) -> {
            cluster.counters.merge(request.session(), 5, Integer::sum);
            return false;
        });
        try (FakeCluster cluster = new FakeCluster(2, ahead)) {
            assertCounts(keep(settings(cluster, 30, 0), Order.ONE_SECOND), 0, 0, 3, 0);
        }
    }

    @Test
    void everyFailureIsCountedWithItsReason() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        FakeCluster.Trick fail = onSessions(9, (cluster, request) -> {
            switch (turn.getAndIncrement() % 3) {
                case 0 -> request.answer(500, "Internal Server Error");
                case 1 -> request.answer(200, "<b>Warning</b>: session_start(): no\n4\n");
                default -> {
                    cluster.counters.merge(request.session(), 1, Integer::sum);
                    sleep(1500);
                    request.answer(200, "late");
                }
            }
            return true;
        });
        try (FakeCluster cluster = new FakeCluster(2, fail)) {
            Settings hasty = new Settings(cluster.addresses(), "/page.php", 30, 0, 300, 64, 0, Duration.ofMillis(700));
            JsonObject counts = keep(hasty, Order.ONE_SECOND);
            assertCounts(counts, 0, 0, 0, 9);
            assertThat(counts.getAsJsonArray("incidents"))
                    .map(JsonElement::getAsJsonObject)
                    .map(incident -> incident.get("kind").getAsString())
                    .filteredOn(kind -> kind.equals("status 500 and: Internal Server Error")
                            || kind.equals("status 200 and: <b>Warning</b>: session_start(): no")
                            || kind.equals("no answer within 700 ms"))
                    .hasSize(9);
            assertThat(counts.get("slowest_ms").getAsInt()).isBetween(700, 1400);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aServerThatIsNotThereFailsEveryRequest() throws Exception {
        try (FakeCluster cluster = new FakeCluster(2, FakeCluster.Trick.NONE)) {
            JsonObject counts = keep(settings(cluster, 20, 0), traffic -> cluster.stop());
            int requests = counts.get("requests").getAsInt();
            assertThat(counts.get("failed").getAsInt())
                    .as("all but those that the servers had received")
                    .isBetween(requests - cluster.requests(), requests - 20)
                    .isPositive();
        }
    }

    @Test
    void aSlowAnswerIsMeasured() throws Exception {
        FakeCluster.Trick slow = onSessions(1, (cluster, request) -> {
            sleep(900);
            return false;
        });
        try (FakeCluster cluster = new FakeCluster(2, slow)) {
            JsonObject counts = keep(settings(cluster, 30, 0), Order.ONE_SECOND);
            assertCounts(counts, 0, 0, 0, 0);
            assertThat(counts.get("slowest_ms").getAsInt()).isBetween(900, 1900);
        }
    }

    @Test
    void neverTwoRequestsOfOneSessionAndNoMoreThanAllowedInAll() throws Exception {
        FakeCluster.Trick slow = (cluster, request) -> {
            sleep(40);
            return false;
        };
        try (FakeCluster cluster = new FakeCluster(2, slow)) {
            Settings narrow = new Settings(cluster.addresses(), "/page.php", 12, 0, 400, 6, 0, Duration.ofSeconds(2));
            JsonObject counts = keep(narrow, traffic -> {
                cluster.most.set(0);
                Thread.sleep(1000);
                assertThat(cluster.most.get()).isBetween(3, 6);
            });
            assertCounts(counts, 0, 0, 0, 0);
            assertThat(cluster.mostOfOneSession.get()).isEqualTo(1);
            assertThat(counts.get("rate").getAsDouble())
                    .as("six at once, 40 ms each")
                    .isLessThan(151);
        }
    }

    @Test
    void aDropletThatIsOutIsLeftAloneUntilItIsInAgain() throws Exception {
        FakeCluster.Trick slow = (cluster, request) -> {
            sleep(30);
            return false;
        };
        try (FakeCluster cluster = new FakeCluster(2, slow)) {
            String droplet = cluster.addresses().get(0);
            AtomicInteger asked = new AtomicInteger();
            JsonObject counts = keep(settings(cluster, 60, 20), traffic -> {
                Thread.sleep(300);
                traffic.tell("out " + droplet);
                assertThat(heard()).isEqualTo("out " + droplet);
                assertThat(cluster.underWay.get(droplet).get()).isZero();
                asked.set(cluster.asked.get(droplet).get());
                Thread.sleep(300);
                assertThat(cluster.asked.get(droplet).get()).isEqualTo(asked.get());
                traffic.tell("in " + droplet);
                assertThat(heard()).isEqualTo("in " + droplet);
                Thread.sleep(300);
            });
            assertThat(cluster.asked.get(droplet).get()).isGreaterThan(asked.get() + 10);
            assertCounts(counts, 0, 0, 0, 0);
        }
    }

    @Test
    void aDropletThatWasUnknownJoins() throws Exception {
        try (FakeCluster cluster = new FakeCluster(3, FakeCluster.Trick.NONE)) {
            List<String> all = cluster.addresses();
            Settings two = new Settings(all.subList(0, 2), "/page.php", 30, 10, 400, 64, 0, Duration.ofSeconds(2));
            JsonObject counts = keep(two, traffic -> {
                assertThat(cluster.asked).doesNotContainKey(all.get(2));
                traffic.tell("in " + all.get(2));
                assertThat(heard()).isEqualTo("in " + all.get(2));
                traffic.tell("sideways " + all.get(2));
                assertThat(heard()).contains("'sideways " + all.get(2) + "' is no order");
                Thread.sleep(500);
            });
            assertCounts(counts, 0, 0, 0, 0);
            assertThat(cluster.asked.get(all.get(2)).get()).isGreaterThan(10 + 10);
        }
    }
}
