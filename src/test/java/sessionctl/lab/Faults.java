package sessionctl.lab;

import static sessionctl.lab.DrillCluster.THREE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sessionctl.load.FaultSpan;
import sessionctl.load.HistoryCheck;
import sessionctl.load.HistoryCheck.Counts;
import sessionctl.load.Request;

/**
 * A campaign of faults during recorded traffic. {@code src/bench/faults} runs it and describes its table. It fails only
 * if it cannot be run: what it counts is for a reader to judge.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Faults {
    private static final Duration HEALTHY = Duration.ofSeconds(60);
    private static final String HEAD = """
        | fault | n | requests | lost | stale | resurrected | failed | over 0.6 s | slowest ms \
        | cut off: requests | lost | stale | resurrected | failed | over 0.6 s | slowest ms | healthy after s |
        |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
        """;

    private final long seed = Long.getLong("faults.seed", 1);
    private final Path folder = Path.of("target", "faults", Long.toString(seed));
    private final String image = System.getProperty("faults.image", "debian:12");
    private final Lab lab = Lab.up(Host.installed(Host.numbered(3)), "--image", image);
    private final Path inventory = lab.inventory();
    private final List<FaultSpan> spans = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final Map<Fault.Kind, Double> recovery = new EnumMap<>(Fault.Kind.class);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Apache keeps enough idle processes, because the time to start them would be taken for an effect of a fault. */
    @BeforeAll
    void provision() throws IOException {
        Files.createDirectories(folder);
        lab.onHosts(
                THREE,
                "f=/etc/apache2/mods-available/mpm_prefork.conf; sed -Ei"
                        + " 's/^(\\s*(StartServers|MinSpareServers)\\s+).*/\\180/; s/^(\\s*MaxSpareServers\\s+).*/\\1150/'"
                        + " $f && systemctl restart apache2");
        lab.provision(inventory).exits(0);
        Visitors.publish(lab, THREE);
    }

    @AfterAll
    void removeLab() {
        lab.close();
    }

    @Test
    void campaign() throws IOException {
        Path history = folder.resolve("history.tsv");
        String options = "--path /history.php --keep-alive no --rate 300 --in-flight 100 --timeout 35 --seed " + seed
                + " --sessions " + System.getProperty("faults.sessions", "1000") + " --history "
                + history.toAbsolutePath();
        try (Visitors visitors = new Visitors(lab, THREE, options.split(" "))) {
            FaultPlan plan = new FaultPlan(lab, visitors, seed);
            List<Fault> faults = plan.plan(kinds(), Integer.getInteger("faults.each", 2));
            try {
                for (int i = 0; i < faults.size(); i++) {
                    DrillCluster.pause(Duration.ofSeconds(1));
                    inflict(i + 1, faults.get(i), plan);
                    visitors.sweep();
                }
            } finally {
                report(faults.subList(0, log.size()), history, visitors.stop());
            }
        }
    }

    private static List<Fault.Kind> kinds() {
        String only = System.getProperty("faults.kinds", "");
        return only.isEmpty()
                ? List.of(Fault.Kind.values())
                : Stream.of(only.split(","))
                        .map(name ->
                                Fault.Kind.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')))
                        .toList();
    }

    private void inflict(int number, Fault fault, FaultPlan plan) {
        List<CompletableFuture<FaultSpan>> acts = fault.acts().stream()
                .map(act -> CompletableFuture.supplyAsync(() -> perform(number, act), threads))
                .toList();
        List<FaultSpan> done = acts.stream().map(CompletableFuture::join).toList();
        spans.addAll(done);
        long begin = done.stream().mapToLong(FaultSpan::start).min().orElseThrow();
        String healed = awaitHealth(fault.kind(), plan);
        if (fault.kind() == Fault.Kind.FLUSH) {
            lab.provision(inventory).exits(0);
        }
        DrillCluster.pause(Duration.ofSeconds(3));
        log.add(String.join(
                "\t",
                Integer.toString(number),
                fault.kind().title(),
                Long.toString(begin),
                fault.words(),
                healed,
                String.join("; ", problems)));
        problems.clear();
        System.out.println(log.get(log.size() - 1));
    }

    private FaultSpan perform(int number, Fault.Act act) {
        DrillCluster.pause(act.delay());
        attempt(act.steps().prepare());
        long start = System.currentTimeMillis();
        attempt(act.steps().begin());
        DrillCluster.pause(act.length());
        attempt(act.steps().end());
        List<String> cutOff = act.cutsOff() ? List.of(lab.host(act.host()).publicIp()) : List.of();
        return new FaultSpan(number, start, System.currentTimeMillis(), cutOff);
    }

    /** Runs a step, which fails if the other one of two faults reboots its droplet, or has stopped its memcached. */
    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (AssertionError e) {
            problems.add(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /** Waits until the cluster is healthy, so that a fault does not affect the counts of the next one. */
    private String awaitHealth(Fault.Kind kind, FaultPlan plan) {
        long begin = System.nanoTime();
        boolean provisioned = false;
        while (!plan.isHealthy()) {
            if (!provisioned && System.nanoTime() - begin > HEALTHY.toNanos()) {
                provisioned = true;
                System.out.println(lab.provision(inventory));
            }
            if (System.nanoTime() - begin > 3 * HEALTHY.toNanos()) {
                return "not healthy, not even after provision";
            }
            DrillCluster.pause(Duration.ofMillis(100));
        }
        double took = (System.nanoTime() - begin) / 1e9;
        recovery.merge(kind, took, Math::max);
        return "%.1f s%s".formatted(took, provisioned ? " and provision" : "");
    }

    private void report(List<Fault> faults, Path history, Visitors.Losses traffic) throws IOException {
        HistoryCheck check = new HistoryCheck(spans);
        try (Stream<String> lines = Files.lines(history)) {
            lines.map(Request::parse).forEach(check::add);
        }
        Map<Fault.Kind, List<Integer>> numbers = new EnumMap<>(Fault.Kind.class);
        for (int i = 0; i < faults.size(); i++) {
            numbers.computeIfAbsent(faults.get(i).kind(), kind -> new ArrayList<>())
                    .add(i + 1);
        }
        StringBuilder table = new StringBuilder(HEAD);
        numbers.forEach((kind, of) -> table.append("| %s | %d | %s | %.1f |%n"
                .formatted(
                        kind.title(),
                        of.size(),
                        cells(check, of),
                        recovery.getOrDefault(kind, Double.POSITIVE_INFINITY))));
        table.append(
                "%nseed %d, %s; %d requests in %d sessions, %.0f a second; the generator took %.0f %% of a processor%n"
                        .formatted(
                                seed,
                                image,
                                traffic.requests(),
                                traffic.sessions(),
                                traffic.rate(),
                                traffic.processor()));
        Files.writeString(folder.resolve("table.md"), table);
        Files.write(folder.resolve("findings.tsv"), check.findings());
        Files.write(
                folder.resolve("faults.tsv"),
                IntStream.range(0, log.size())
                        .mapToObj(i -> log.get(i) + "\t" + cells(check, List.of(i + 1)))
                        .toList());
        System.out.println(table);
    }

    private static String cells(HistoryCheck check, List<Integer> numbers) {
        Counts others = new Counts();
        Counts cutOff = new Counts();
        numbers.forEach(number -> {
            others.add(check.of(number));
            cutOff.add(check.throughCutOff(number));
        });
        return Stream.concat(others.cells().stream(), cutOff.cells().stream())
                .map(Object::toString)
                .collect(Collectors.joining(" | "));
    }
}
