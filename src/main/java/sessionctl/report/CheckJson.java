package sessionctl.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Locale;
import sessionctl.health.Aspect;
import sessionctl.health.Preflight;

/** For programs. */
public final class CheckJson implements CheckReport {
    @Override
    public String of(Preflight preflight, int exitCode) {
        JsonObject root = JsonReport.head("check", exitCode);
        root.addProperty("cluster", preflight.cluster().name());
        JsonArray findings = new JsonArray();
        preflight.findings().forEach(f -> findings.add(StatusJson.finding(f)));
        root.add("findings", findings);
        JsonArray droplets = new JsonArray();
        preflight.droplets().forEach(d -> {
            JsonObject one = new JsonObject();
            one.addProperty("name", d.droplet().name());
            JsonObject checks = new JsonObject();
            Arrays.stream(Aspect.values())
                    .forEach(a -> checks.addProperty(
                            a.name().toLowerCase(Locale.ROOT),
                            Preflight.mark(d, a).replace("-", "not_tried")));
            one.add("checks", checks);
            droplets.add(one);
        });
        root.add("droplets", droplets);
        return JsonText.of(root);
    }
}
