package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The load generator in a lab: a thousand visitors who send requests during work on the cluster. */
final class Visitors implements AutoCloseable {
    private static final String PAGE = "cat >/var/www/html/%s <<'PAGE'\n%sPAGE\n";

    private final Lab lab;
    private final Process generator;
    private final BufferedReader out;
    private final BufferedWriter in;

    /** Writes the pages to the document root of Apache. */
    static void publish(Lab lab, List<String> hosts) {
        for (String page : List.of("keeper.php", "history.php")) {
            lab.onHosts(hosts, PAGE.formatted(page, Resources.text("lab/" + page)));
        }
    }

    /** Opens the sessions on these droplets and starts the traffic. */
    Visitors(Lab lab, List<String> hosts, String... options) {
        this.lab = lab;
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                "sessionctl.load.LoadGenerator"));
        words.addAll(List.of(options));
        hosts.forEach(host -> words.add(lab.host(host).publicIp()));
        generator = lab.interactive(words);
        out = generator.inputReader();
        in = generator.outputWriter();
        assertThat(readLine()).matches("ready: [1-9]\\d* sessions open");
    }

    private String readLine() {
        try {
            String line = out.readLine();
            if (line == null) {
                throw new AssertionError("the keeper has ended");
            }
            return line;
        } catch (IOException e) {
            throw new AssertionError("the keeper cannot be heard", e);
        }
    }

    private void send(String order) {
        try {
            in.write(order + "\n");
            in.flush();
        } catch (IOException e) {
            throw new AssertionError("the keeper takes no orders", e);
        }
    }

    /**
     * Takes a droplet out of the traffic as a load balancer does: it gets no new requests, and current ones are
     * answered.
     */
    synchronized void takeOut(String host) {
        send("out " + lab.host(host).publicIp());
        assertThat(readLine()).isEqualTo("out " + lab.host(host).publicIp());
    }

    /** Adds a droplet to the traffic. */
    synchronized void bringIn(String host) {
        send("in " + lab.host(host).publicIp());
        assertThat(readLine()).isEqualTo("in " + lab.host(host).publicIp());
    }

    /** Reads each session of recorded traffic once. */
    synchronized void sweep() {
        send("sweep");
        assertThat(readLine()).isEqualTo("swept");
    }

    /** Reads all sessions again, ends the traffic and returns its losses. */
    Losses stop() {
        send("stop");
        Losses losses = new Gson().fromJson(readLine(), Losses.class);
        System.out.println(readLine());
        return losses;
    }

    @Override
    public void close() {
        generator.destroy();
    }

    /**
     * The losses of the traffic.
     *
     * @param lost counters that restarted at 1
     * @param stale old counters that were read again
     * @param ahead counters higher than the number of requests allows
     * @param failed requests without an answer
     * @param slowest the duration of the slowest request, in milliseconds
     * @param rate requests a second
     * @param processor the share of a processor that the load generator took, in percent
     * @param requests the number of requests
     * @param sessions the number of opened sessions
     * @param incidents the incidents, one by one
     */
    record Losses(
            int lost,
            int stale,
            int ahead,
            int failed,
            @SerializedName("slowest_ms") int slowest,
            double rate,
            @SerializedName("processor_percent") double processor,
            int requests,
            int sessions,
            List<Incident> incidents) {}

    /**
     * A lost, stale or ahead counter, or a failed request.
     *
     * @param at when it was seen, in milliseconds since 1970
     * @param kind lost, stale, ahead, or why a request failed
     * @param droplet the droplet that answered
     * @param lastAt when the session was answered before
     * @param lastDroplet the droplet that gave that answer
     */
    record Incident(
            long at,
            String kind,
            String session,
            String droplet,
            int expected,
            int got,
            @SerializedName("last_at") long lastAt,
            @SerializedName("last_droplet") String lastDroplet) {}
}
