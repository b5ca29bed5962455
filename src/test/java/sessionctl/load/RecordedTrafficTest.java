package sessionctl.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedTrafficTest {
    /** The page that the droplets have, with its sessions in this map. */
    private static FakeCluster.Fault page(Map<String, Integer> values) {
        AtomicInteger ids = new AtomicInteger();
        return (cluster, request) -> {
            String query = request.http().getRequestURI().getQuery();
            String id = request.session();
            if (id.isEmpty()) {
                id = "s" + ids.incrementAndGet();
                request.http().getResponseHeaders().set("Set-Cookie", "PHPSESSID=" + id + "; path=/");
            }
            int seen = values.getOrDefault(id, 0);
            if (!query.startsWith("act=READ")) {
                values.put(id, query.startsWith("act=LOGOUT") ? 0 : Integer.parseInt(query.replaceAll(".*value=", "")));
            }
            request.answer(200, seen + "\n");
            return true;
        };
    }

    /** Runs traffic over a second, does something to the sessions, reads all of them and returns the history. */
    private static List<Request> run(Path file, Map<String, Integer> values, Runnable fault)
            throws IOException, InterruptedException {
        LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
        try (FakeCluster cluster = new FakeCluster(3, page(values))) {
            String options = "--path /page.php --sessions 60 --rate 400 --in-flight 20 --seed 3 --history " + file;
            String[] words = (options + " " + String.join(" ", cluster.addresses())).split(" ");
            Traffic traffic = new RecordedTraffic(Settings.of(words), answers::add);
            Thread orders = new Thread(() -> {
                try {
                    assertThat(answers.take()).isEqualTo("ready: 60 sessions open");
                    Thread.sleep(1000);
                    fault.run();
                    traffic.submit("sweep");
                    answers.poll(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                traffic.submit("stop");
            });
            orders.start();
            traffic.run();
            orders.join();
        }
        return Files.readAllLines(file).stream().map(Request::parse).toList();
    }

    private static HistoryCheck.Counts check(List<Request> history) {
        HistoryCheck check = new HistoryCheck(List.of());
        history.forEach(check::add);
        return check.of(0);
    }

    @Test
    void aHealthyClusterHasAHistoryOfAllActsWithoutFindings(@TempDir Path folder) throws Exception {
        List<Request> history = run(folder.resolve("history"), new ConcurrentHashMap<>(), () -> {});
        HistoryCheck.Counts counts = check(history);
        assertThat(List.of(counts.lost, counts.stale, counts.resurrected, counts.failed))
                .containsExactly(0, 0, 0, 0);
        assertThat(history).extracting(Request::act).contains(Request.Act.values());
        Map<String, Set<String>> visited = history.stream()
                .filter(request -> request.act() != Request.Act.OPEN)
                .collect(Collectors.groupingBy(
                        Request::session, Collectors.mapping(Request::droplet, Collectors.toSet())));
        assertThat(visited.values()).as("each visitor avoids one of the three").allMatch(some -> some.size() <= 2);
    }

    @Test
    void lostAndResurrectedSessionsAreFoundByASweep(@TempDir Path folder) throws Exception {
        Map<String, Integer> values = new ConcurrentHashMap<>();
        List<Request> history =
                run(folder.resolve("history"), values, () -> values.replaceAll((id, value) -> value == 0 ? 1 : 0));
        HistoryCheck.Counts counts = check(history);
        assertThat(counts.lost).isBetween(50, 70);
        assertThat(counts.resurrected).isPositive();
    }
}
