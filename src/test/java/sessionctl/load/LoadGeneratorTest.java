package sessionctl.load;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checks that the load generator counts each injected fault, and nothing else. */
@Tag("slow")
@Timeout(30)
class LoadGeneratorTest {
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private static Settings settings(FakeCluster cluster, int sessions, int idle) {
        return new Settings(cluster.addresses(), "/page.php", sessions, idle, 400, 64, 0, Duration.ofSeconds(2));
    }

    private JsonObject runWith(Settings settings, Action action) throws Exception {
        Traffic traffic = new Traffic(settings, answers::add);
        CompletableFuture<Tally> run = CompletableFuture.supplyAsync(() -> {
            try {
                return traffic.run();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(nextAnswer()).isEqualTo("ready: " + settings.sessions() + " sessions open");
        action.perform(traffic);
        traffic.submit("stop");
        return JsonParser.parseString(run.get().json()).getAsJsonObject();
    }

    private String nextAnswer() throws InterruptedException {
        return answers.poll(20, TimeUnit.SECONDS);
    }

    /** An action during the traffic. */
    private interface Action {
        Action ONE_SECOND = traffic -> Thread.sleep(1000);

        void perform(Traffic traffic) throws Exception;
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

    /** Applies a fault to the first requests of returning visitors, once for each of this many sessions. */
    private static FakeCluster.Fault onSessions(int count, FakeCluster.Fault fault) {
        Set<String> affected = ConcurrentHashMap.newKeySet();
        return (cluster, request) -> {
            boolean applies = !request.session().isEmpty()
                    && cluster.counters.getOrDefault(request.session(), 0) > 1
                    && affected.size() < count
                    && affected.add(request.session());
            return applies && fault.apply(cluster, request);
        };
    }

    @Test
    void aHealthyClusterHasNoIncidents() throws Exception {
        try (FakeCluster cluster = new FakeCluster(3, FakeCluster.Fault.NONE)) {
            JsonObject counts = runWith(settings(cluster, 60, 20), Action.ONE_SECOND);
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
    void newVisitorsAddSessionsDuringTheTraffic() throws Exception {
        try (FakeCluster cluster = new FakeCluster(1, FakeCluster.Fault.NONE)) {
            Settings busy = new Settings(cluster.addresses(), "/page.php", 10, 0, 400, 64, 500, Duration.ofSeconds(2));
            JsonObject counts = runWith(busy, Action.ONE_SECOND);
            assertCounts(counts, 0, 0, 0, 0);
            assertThat(counts.get("sessions").getAsInt()).isGreaterThan(50).isEqualTo(cluster.counters.size());
        }
    }

    @Test
    void everyLostSessionIsCountedOnce() throws Exception {
        FakeCluster.Fault forget = onSessions(17, (cluster, request) -> {
            cluster.counters.remove(request.session());
            return false;
        });
        try (FakeCluster cluster = new FakeCluster(2, forget)) {
            JsonObject counts = runWith(settings(cluster, 50, 0), Action.ONE_SECOND);
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
    void aLostIdleSessionIsFoundAtTheEnd() throws Exception {
        try (FakeCluster cluster = new FakeCluster(3, FakeCluster.Fault.NONE)) {
            JsonObject counts = runWith(settings(cluster, 30, 30), traffic -> cluster.counters.clear());
            assertCounts(counts, 30, 0, 0, 0);
            assertThat(counts.get("requests").getAsInt()).isEqualTo(30 + 3 * 30);
        }
    }

    @Test
    void aLostSessionWithANewIdIsCounted() throws Exception {
        FakeCluster.Fault rename = onSessions(5, (cluster, request) -> {
            cluster.count(new FakeCluster.Request(request.http(), "", request.droplet(), request.end()));
            return true;
        });
        try (FakeCluster cluster = new FakeCluster(1, rename)) {
            assertCounts(runWith(settings(cluster, 20, 0), Action.ONE_SECOND), 5, 0, 0, 0);
        }
    }

    @Test
    void everyStaleValueIsCounted() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        FakeCluster.Fault older = onSessions(12, (cluster, request) -> {
            // The last value again, or the one before it.
            int back = 1 + turn.incrementAndGet() % 2;
            cluster.counters.merge(
                    request.session(), Math.min(back, back == 2 ? 2 : 1), (now, less) -> Math.max(1, now - less));
            return false;
        });
        try (FakeCluster cluster = new FakeCluster(2, older)) {
            assertCounts(runWith(settings(cluster, 30, 0), Action.ONE_SECOND), 0, 12, 0, 0);
        }
    }

    @Test
    void aCounterThatIsTooHighIsCounted() throws Exception {
        FakeCluster.Fault ahead = onSessions(3, (cluster, request) -> {
            cluster.counters.merge(request.session(), 5, Integer::sum);
            return false;
        });
        try (FakeCluster cluster = new FakeCluster(2, ahead)) {
            assertCounts(runWith(settings(cluster, 30, 0), Action.ONE_SECOND), 0, 0, 3, 0);
        }
    }

    @Test
    void everyFailureIsCountedWithItsReason() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        FakeCluster.Fault fail = onSessions(9, (cluster, request) -> {
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
            JsonObject counts = runWith(hasty, Action.ONE_SECOND);
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
    void requestsToAStoppedServerFail() throws Exception {
        try (FakeCluster cluster = new FakeCluster(2, FakeCluster.Fault.NONE)) {
            JsonObject counts = runWith(settings(cluster, 20, 0), traffic -> cluster.stop());
            int requests = counts.get("requests").getAsInt();
            assertThat(counts.get("failed").getAsInt())
                    .as("all but those that the servers had received")
                    .isBetween(requests - cluster.requests(), requests - 20)
                    .isPositive();
        }
    }

    @Test
    void theSlowestAnswerIsMeasured() throws Exception {
        FakeCluster.Fault slow = onSessions(1, (cluster, request) -> {
            sleep(900);
            return false;
        });
        try (FakeCluster cluster = new FakeCluster(2, slow)) {
            JsonObject counts = runWith(settings(cluster, 30, 0), Action.ONE_SECOND);
            assertCounts(counts, 0, 0, 0, 0);
            assertThat(counts.get("slowest_ms").getAsInt()).isBetween(900, 1900);
        }
    }

    @Test
    void requestsInFlightAreLimitedInTotalAndToOneForEachSession() throws Exception {
        FakeCluster.Fault slow = (cluster, request) -> {
            sleep(40);
            return false;
        };
        try (FakeCluster cluster = new FakeCluster(2, slow)) {
            Settings narrow = new Settings(cluster.addresses(), "/page.php", 12, 0, 400, 6, 0, Duration.ofSeconds(2));
            JsonObject counts = runWith(narrow, traffic -> {
                cluster.mostInFlight.set(0);
                Thread.sleep(1000);
                assertThat(cluster.mostInFlight.get()).isBetween(3, 6);
            });
            assertCounts(counts, 0, 0, 0, 0);
            assertThat(cluster.mostInFlightOfOneSession.get()).isEqualTo(1);
            assertThat(counts.get("rate").getAsDouble())
                    .as("six at once, 40 ms each")
                    .isLessThan(151);
        }
    }

    @Test
    void aDropletThatIsTakenOutGetsNoRequestsUntilItIsInAgain() throws Exception {
        FakeCluster.Fault slow = (cluster, request) -> {
            sleep(30);
            return false;
        };
        try (FakeCluster cluster = new FakeCluster(2, slow)) {
            String droplet = cluster.addresses().get(0);
            AtomicInteger asked = new AtomicInteger();
            JsonObject counts = runWith(settings(cluster, 60, 20), traffic -> {
                Thread.sleep(300);
                traffic.submit("out " + droplet);
                assertThat(nextAnswer()).isEqualTo("out " + droplet);
                assertThat(cluster.underWay.get(droplet).get()).isZero();
                asked.set(cluster.asked.get(droplet).get());
                Thread.sleep(300);
                assertThat(cluster.asked.get(droplet).get()).isEqualTo(asked.get());
                traffic.submit("in " + droplet);
                assertThat(nextAnswer()).isEqualTo("in " + droplet);
                Thread.sleep(300);
            });
            assertThat(cluster.asked.get(droplet).get()).isGreaterThan(asked.get() + 10);
            assertCounts(counts, 0, 0, 0, 0);
        }
    }

    @Test
    void aNewDropletCanBeAddedToTheTraffic() throws Exception {
        try (FakeCluster cluster = new FakeCluster(3, FakeCluster.Fault.NONE)) {
            List<String> all = cluster.addresses();
            Settings two = new Settings(all.subList(0, 2), "/page.php", 30, 10, 400, 64, 0, Duration.ofSeconds(2));
            JsonObject counts = runWith(two, traffic -> {
                assertThat(cluster.asked).doesNotContainKey(all.get(2));
                traffic.submit("in " + all.get(2));
                assertThat(nextAnswer()).isEqualTo("in " + all.get(2));
                traffic.submit("sideways " + all.get(2));
                assertThat(nextAnswer()).contains("'sideways " + all.get(2) + "' is no order");
                Thread.sleep(500);
            });
            assertCounts(counts, 0, 0, 0, 0);
            assertThat(cluster.asked.get(all.get(2)).get()).isGreaterThan(10 + 10);
        }
    }
}
