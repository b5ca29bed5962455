package sessionctl.report.json;

import com.google.gson.JsonObject;
import java.util.Locale;
import sessionctl.health.Preflight;
import sessionctl.health.PreflightItem;
import sessionctl.health.PreflightResult;
import sessionctl.report.PreflightRenderer;

/** The preflight checks as JSON. */
public final class PreflightJson implements PreflightRenderer {
    @Override
    public String render(Preflight preflight, int exitCode) {
        JsonObject root = RunJson.head("check", exitCode);
        root.addProperty("cluster", preflight.cluster().name());
        root.add("findings", JsonText.array(preflight.findings(), RunJson::finding));
        root.add("droplets", JsonText.array(preflight.droplets(), PreflightJson::droplet));
        return JsonText.of(root);
    }

    private static JsonObject droplet(PreflightResult result) {
        JsonObject checks = new JsonObject();
        for (PreflightItem check : PreflightItem.values()) {
            String mark = Preflight.mark(result, check).replace("-", "not_tried");
            checks.addProperty(check.name().toLowerCase(Locale.ROOT), mark);
        }
        JsonObject one = new JsonObject();
        one.addProperty("name", result.droplet().name());
        one.add("checks", checks);
        return one;
    }
}
