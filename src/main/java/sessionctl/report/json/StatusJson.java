package sessionctl.report.json;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.health.ClusterHealth;
import sessionctl.health.DropletHealth;
import sessionctl.report.StatusRenderer;
import sessionctl.state.DropletFacts;
import sessionctl.state.HealthMetrics;
import sessionctl.state.PhpLayout;
import sessionctl.state.SentinelState;
import sessionctl.state.StatusFacts;

/** The status report as JSON. Omits the values that are unknown for a droplet. */
public final class StatusJson implements StatusRenderer {
    @Override
    public void write(ClusterHealth health, int exitCode, PrintWriter out) {
        JsonObject root = RunJson.head("status", exitCode);
        root.addProperty("cluster", health.cluster().name());
        Map<String, Stream<JsonObject>> arrays = new LinkedHashMap<>();
        arrays.put("findings", health.findings().stream().map(RunJson::finding));
        arrays.put("droplets", health.droplets().stream().map(c -> droplet(health, c)));
        arrays.put("matrix", health.matrix().stream().map(RunJson::cell));
        JsonText.write(root, arrays, out);
    }

    private static JsonObject droplet(ClusterHealth health, DropletHealth dropletHealth) {
        JsonObject one = new JsonObject();
        one.addProperty("name", dropletHealth.droplet().name());
        one.addProperty("reached", dropletHealth.statusFacts() != null);
        StatusFacts statusFacts = dropletHealth.statusFacts();
        if (statusFacts == null) {
            return one;
        }
        one.addProperty("left", dropletHealth.hasLeft());
        HealthMetrics metrics = statusFacts.metrics();
        one.addProperty("uptime_seconds", metrics.uptime());
        one.addProperty("clock_ahead_seconds", rounded(health.secondsAhead(dropletHealth)));
        one.addProperty("clock_tolerance_seconds", rounded(metrics.clock().tolerance()));
        one.add("services", services(statusFacts.facts()));
        one.addProperty("guard", statusFacts.facts().guardState().guardStatus());
        one.addProperty("port_shut", statusFacts.facts().guardState().fenced());
        if (metrics.sentinel() != null) {
            one.add("sentinel", sentinel(metrics.sentinel()));
        }
        one.add("memcached", memcached(statusFacts.facts(), metrics.cache()));
        one.add("session_request", request(metrics));
        one.add("drift", JsonText.array(dropletHealth.drift(), c -> new JsonPrimitive(c.describe())));
        return one;
    }

    private static JsonObject sentinel(SentinelState sentinel) {
        JsonObject one = new JsonObject();
        one.addProperty("alive", sentinel.alive());
        one.addProperty("fenced", sentinel.fenced());
        one.add("silent", JsonText.array(sentinel.silent(), StatusJson::silence));
        one.add("flapping", JsonText.array(sentinel.flapping(), StatusJson::flapping));
        return one;
    }

    private static JsonObject silence(SentinelState.Silence silence) {
        JsonObject one = new JsonObject();
        one.addProperty("address", silence.address());
        one.addProperty("since", silence.since());
        one.addProperty("reason", silence.reason());
        return one;
    }

    private static JsonObject flapping(SentinelState.Flapping flapping) {
        JsonObject one = new JsonObject();
        one.addProperty("address", flapping.address());
        one.addProperty("count", flapping.count());
        return one;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static JsonObject services(DropletFacts facts) {
        JsonObject services = new JsonObject();
        facts.state().services().forEach((name, state) -> {
            JsonObject one = new JsonObject();
            one.addProperty("running", state.running());
            one.addProperty("starting", state.starting());
            one.addProperty("enabled", state.enabled());
            one.addProperty("version", facts.versions().getOrDefault(name, ""));
            services.add(name, one);
        });
        PhpLayout php = facts.state().php();
        if (php != null) {
            JsonObject one = new JsonObject();
            one.addProperty("sapi", php.fpm() ? "fpm" : "apache2");
            one.addProperty(
                    "version",
                    facts.versions()
                            .getOrDefault(
                                    php.fpm() ? php.fpmName() : "libapache2-mod-php" + php.version(), php.version()));
            one.addProperty("memcache_version", facts.versions().getOrDefault("php" + php.version() + "-memcache", ""));
            services.add("php", one);
        }
        return services;
    }

    private static JsonObject memcached(DropletFacts facts, HealthMetrics.@Nullable Cache cache) {
        JsonObject one = new JsonObject();
        one.addProperty("answers", cache != null);
        one.addProperty("bytes", facts.stats().bytes());
        one.addProperty("limit_bytes", facts.stats().limit());
        one.addProperty("evictions", facts.stats().evictions());
        if (cache != null) {
            one.addProperty("uptime_seconds", cache.uptime());
            one.addProperty("sessions", cache.sessions() < 0 ? null : cache.sessions());
            one.addProperty("other_keys", cache.others() < 0 ? null : cache.others());
            one.addProperty("hits", cache.hits());
            one.addProperty("misses", cache.misses());
            one.addProperty("stale_locks", cache.locks().size());
        }
        return one;
    }

    private static JsonObject request(HealthMetrics metrics) {
        JsonObject one = new JsonObject();
        one.addProperty("milliseconds", rounded(metrics.requestMillis()));
        one.add("servers", JsonText.array(metrics.trips(), StatusJson::trip));
        return one;
    }

    private static JsonObject trip(HealthMetrics.Trip trip) {
        JsonObject one = new JsonObject();
        one.addProperty("address", trip.address());
        one.addProperty("outcome", trip.outcome());
        one.addProperty("milliseconds", trip.millis());
        return one;
    }
}
