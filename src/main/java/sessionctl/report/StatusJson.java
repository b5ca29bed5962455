package sessionctl.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.health.Checked;
import sessionctl.health.Finding;
import sessionctl.health.Overview;
import sessionctl.plan.Change;
import sessionctl.state.Actual;
import sessionctl.state.PhpLayout;
import sessionctl.state.Sighting;
import sessionctl.state.Vitals;

/** For programs; what is not known of a droplet is not there. */
public final class StatusJson implements StatusReport {
    @Override
    public void write(Overview overview, int exitCode, PrintWriter out) {
        JsonObject root = JsonReport.head("status", exitCode);
        root.addProperty("cluster", overview.cluster().name());
        Map<String, Stream<JsonObject>> arrays = new LinkedHashMap<>();
        arrays.put("findings", overview.findings().stream().map(StatusJson::finding));
        arrays.put("droplets", overview.droplets().stream().map(c -> droplet(overview, c)));
        arrays.put("matrix", overview.matrix().stream().map(JsonReport::cell));
        JsonText.write(root, arrays, out);
    }

    static JsonObject finding(Finding finding) {
        JsonObject one = new JsonObject();
        one.addProperty("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        one.addProperty("droplet", finding.droplet());
        one.addProperty("what", finding.what());
        one.addProperty("remedy", finding.remedy());
        return one;
    }

    private static JsonObject droplet(Overview overview, Checked checked) {
        JsonObject one = new JsonObject();
        one.addProperty("name", checked.droplet().name());
        one.addProperty("reached", checked.seen() != null);
        Sighting seen = checked.seen();
        if (seen == null) {
            return one;
        }
        one.addProperty("left", checked.left());
        Vitals vitals = seen.vitals();
        one.addProperty("uptime_seconds", vitals.uptime());
        one.addProperty("clock_ahead_seconds", rounded(overview.ahead(checked)));
        one.addProperty("clock_tolerance_seconds", rounded(vitals.clock().tolerance()));
        one.add("services", services(seen.actual()));
        one.addProperty("guard", seen.actual().gate().told());
        one.addProperty("port_shut", seen.actual().gate().shut());
        one.add("memcached", memcached(seen.actual(), vitals.cache()));
        one.add("session_request", request(vitals));
        JsonArray drift = new JsonArray();
        checked.drift().stream().map(Change::describe).forEach(drift::add);
        one.add("drift", drift);
        return one;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static JsonObject services(Actual actual) {
        JsonObject services = new JsonObject();
        actual.state().services().forEach((name, state) -> {
            JsonObject one = new JsonObject();
            one.addProperty("running", state.running());
            one.addProperty("starting", state.starting());
            one.addProperty("enabled", state.enabled());
            one.addProperty("version", actual.versions().getOrDefault(name, ""));
            services.add(name, one);
        });
        PhpLayout php = actual.state().php();
        if (php != null) {
            JsonObject one = new JsonObject();
            one.addProperty("sapi", php.fpm() ? "fpm" : "apache2");
            one.addProperty(
                    "version",
                    actual.versions()
                            .getOrDefault(
                                    php.fpm() ? php.fpmName() : "libapache2-mod-php" + php.version(), php.version()));
            one.addProperty(
                    "memcache_version", actual.versions().getOrDefault("php" + php.version() + "-memcache", ""));
            services.add("php", one);
        }
        return services;
    }

    private static JsonObject memcached(Actual actual, Vitals.@Nullable Cache cache) {
        JsonObject one = new JsonObject();
        one.addProperty("answers", cache != null);
        one.addProperty("bytes", actual.stored().bytes());
        one.addProperty("limit_bytes", actual.stored().limit());
        one.addProperty("evictions", actual.stored().evictions());
        if (cache != null) {
            one.addProperty("uptime_seconds", cache.uptime());
            one.addProperty("sessions", cache.sessions() < 0 ? null : cache.sessions());
            one.addProperty("hits", cache.hits());
            one.addProperty("misses", cache.misses());
            one.addProperty("stale_locks", cache.locks().size());
        }
        return one;
    }

    private static JsonObject request(Vitals vitals) {
        JsonObject one = new JsonObject();
        one.addProperty("milliseconds", rounded(vitals.request()));
        JsonArray trips = new JsonArray();
        for (Vitals.Trip trip : vitals.trips()) {
            JsonObject way = new JsonObject();
            way.addProperty("address", trip.address());
            way.addProperty("outcome", trip.outcome());
            way.addProperty("milliseconds", trip.millis());
            trips.add(way);
        }
        one.add("servers", trips);
        return one;
    }
}
