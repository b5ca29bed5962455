package sessionctl.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * A load generator: sends requests of many visitors to a cluster and checks their sessions. Each visitor has a real
 * cookie, and each session a counter, so that it finds lost sessions and stale reads.
 */
public final class LoadGenerator {
    private LoadGenerator() {}

    /** Runs until standard input ends or contains "stop", or a signal arrives. */
    public static void main(String... arguments) throws IOException {
        Settings settings;
        try {
            settings = Settings.of(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("load generator: " + e.getMessage() + "\n" + Settings.USAGE);
            System.exit(2);
            return;
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Traffic traffic = settings.history().isEmpty()
                ? new Traffic(settings, out::println)
                : new RecordedTraffic(settings, out::println);
        CountDownLatch reported = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            traffic.submit("stop");
            await(reported);
        }));
        Thread listener = new Thread(() -> listen(traffic), "orders");
        listener.setDaemon(true);
        listener.start();
        Tally tally = traffic.run();
        out.println(tally.json());
        out.println(tally.sentence());
        reported.countDown();
        System.exit(tally.isEmpty() ? 2 : tally.isClean() ? 0 : 1);
    }

    private static void listen(Traffic traffic) {
        try {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                traffic.submit(line.strip());
            }
        } catch (IOException e) {
            System.err.println("load generator: standard input cannot be read: " + e.getMessage());
        }
        traffic.submit("stop");
    }

    private static void await(CountDownLatch reported) {
        try {
            reported.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
