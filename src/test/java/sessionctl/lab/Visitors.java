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

/** The keeper at work in a lab: a thousand visitors who keep coming while something is done to the cluster. */
final class Visitors implements AutoCloseable {
    private static final String PAGE = "cat >/var/www/html/keeper.php <<'PAGE'\n%sPAGE\n";

    private final Lab lab;
    private final Process keeper;
    private final BufferedReader out;
    private final BufferedWriter in;

    /** Puts the page where Apache serves it. */
    static void publish(Lab lab, List<String> hosts) {
        lab.onHosts(hosts, PAGE.formatted(Resources.text("lab/keeper.php")));
    }

    /** Opens the sessions on these droplets; from then on the traffic goes on. */
    Visitors(Lab lab, List<String> hosts, String... options) {
        this.lab = lab;
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                "sessionctl.keeper.Keeper"));
        words.addAll(List.of(options));
        hosts.forEach(host -> words.add(lab.host(host).publicIp()));
        keeper = lab.interactive(words);
        out = keeper.inputReader();
        in = keeper.outputWriter();
        assertThat(heard()).startsWith("ready: 1000 sessions");
    }

    private String heard() {
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

    private void tell(String order) {
        try {
            in.write(order + "\n");
            in.flush();
        } catch (IOException e) {
            throw new AssertionError("the keeper takes no orders", e);
        }
    }

    /** As a load balancer does it: no more requests go there, and those that were under way are answered. */
    void leave(String host) {
        tell("out " + lab.host(host).publicIp());
        assertThat(heard()).isEqualTo("out " + lab.host(host).publicIp());
    }

    /** The droplet takes part in the traffic, again or for the first time. */
    void come(String host) {
        tell("in " + lab.host(host).publicIp());
        assertThat(heard()).isEqualTo("in " + lab.host(host).publicIp());
    }

    /** Reads every session again, and ends. */
    Losses stop() {
        tell("stop");
        Losses losses = new Gson().fromJson(heard(), Losses.class);
        System.out.println(heard());
        return losses;
    }

    @Override
    public void close() {
        keeper.destroy();
    }

    /**
     * What became of the sessions.
     *
     * @param lost counters that began anew
     * @param stale counters that were read a second time
     * @param ahead counters that nobody can have counted
     * @param failed requests without an answer
     * @param slowest milliseconds that the slowest request took
     * @param rate requests a second
     * @param requests all of them
     * @param sessions so many were opened
     * @param incidents one by one
     */
    record Losses(
            int lost,
            int stale,
            int ahead,
            int failed,
            @SerializedName("slowest_ms") int slowest,
            double rate,
            int requests,
            int sessions,
            List<Incident> incidents) {}

    /**
     * What should not have been.
     *
     * @param at when it was seen, in milliseconds since 1970
     * @param kind lost, stale, ahead or why a request failed
     * @param droplet who answered
     * @param lastAt when the session was answered before
     * @param lastDroplet by whom
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
