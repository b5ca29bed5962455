package sessionctl.keeper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * Visitors of a cluster, and the judge of what becomes of their sessions: each has a real cookie and a counter in its
 * session, so that a session that began anew and an old value that was read again are both seen.
 */
public final class Keeper {
    private Keeper() {}

    /** Runs until standard input ends or says stop, or a signal comes. */
    public static void main(String... arguments) throws IOException {
        Settings settings;
        try {
            settings = Settings.of(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("keeper: " + e.getMessage() + "\n" + Settings.USAGE);
            System.exit(2);
            return;
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Traffic traffic = new Traffic(settings, out::println);
        CountDownLatch reported = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            traffic.tell("stop");
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
                traffic.tell(line.strip());
            }
        } catch (IOException e) {
            System.err.println("keeper: standard input cannot be read: " + e.getMessage());
        }
        traffic.tell("stop");
    }

    private static void await(CountDownLatch reported) {
        try {
            reported.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
