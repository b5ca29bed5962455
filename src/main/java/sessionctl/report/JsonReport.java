package sessionctl.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import sessionctl.inventory.InventoryProblem;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.FileChange;
import sessionctl.plan.FirewallChange;
import sessionctl.plan.InstallPackages;
import sessionctl.state.FileState;
import sessionctl.verify.Cell;
import sessionctl.verify.Proof;

/** For programs: one document; a new minor version of the format only adds. */
public final class JsonReport implements Report {
    private static final String FORMAT_VERSION = "1.0";

    @Override
    public boolean before(Run run, PrintWriter out) {
        return false;
    }

    @Override
    public void after(Run run, PrintWriter out) {
        JsonObject root = head(run.command(), run.exitCode());
        root.addProperty("cluster", run.cluster());
        root.addProperty("dry_run", run.dryRun());
        root.addProperty("changes", run.changes());
        Map<String, Stream<JsonObject>> arrays = new LinkedHashMap<>();
        arrays.put("droplets", run.entries().stream().map(JsonReport::entry));
        if (!run.findings().isEmpty()) {
            arrays.put("findings", run.findings().stream().map(StatusJson::finding));
        }
        if (!run.matrix().isEmpty()) {
            arrays.put("matrix", run.matrix().stream().map(JsonReport::cell));
        }
        JsonText.write(root, arrays, out);
    }

    @Override
    public String of(History history, int exitCode) {
        JsonObject root = head("status", exitCode);
        JsonArray runs = new JsonArray();
        history.runs().forEach(r -> runs.add(run(r)));
        root.add("history", runs);
        return JsonText.of(root);
    }

    private static JsonObject run(History.Past past) {
        JsonObject one = new JsonObject();
        one.addProperty("time", past.stamp().time());
        one.addProperty("id", past.stamp().id());
        one.addProperty("who", past.stamp().who());
        one.addProperty("login", past.stamp().login());
        one.addProperty("from", past.stamp().from());
        one.addProperty("command", past.stamp().command());
        one.addProperty("version", past.stamp().version());
        JsonArray droplets = new JsonArray();
        past.parts().forEach((droplet, logged) -> {
            JsonObject part = new JsonObject();
            part.addProperty("name", droplet.name());
            part.addProperty("outcome", logged.outcome());
            part.addProperty("changes", logged.changes() < 0 ? null : logged.changes());
            droplets.add(part);
        });
        one.add("droplets", droplets);
        return one;
    }

    @Override
    public String of(Proof proof, int exitCode) {
        JsonObject root = head("verify", exitCode);
        ProofJson.fill(root, proof);
        return JsonText.of(root);
    }

    static JsonObject cell(Cell cell) {
        JsonObject one = new JsonObject();
        one.addProperty("from", cell.from());
        one.addProperty("to", cell.to().name());
        one.addProperty("address", cell.address());
        one.addProperty("answer", cell.answer().name().toLowerCase(Locale.ROOT));
        one.addProperty("right", cell.tested() ? cell.right() : null);
        return one;
    }

    /** A run that ended before any droplet was contacted. */
    public static String refused(String command, int exitCode, String error, List<InventoryProblem> problems) {
        JsonObject root = head(command, exitCode);
        root.addProperty("error", error);
        JsonArray list = new JsonArray();
        for (InventoryProblem problem : problems) {
            JsonObject one = new JsonObject();
            one.addProperty("file", problem.file());
            one.addProperty("line", problem.line());
            one.addProperty("column", problem.column());
            one.addProperty("path", problem.path());
            one.addProperty("is", problem.is());
            one.addProperty("expected", problem.expected());
            list.add(one);
        }
        root.add("problems", list);
        return JsonText.of(root);
    }

    static JsonObject head(String command, int exitCode) {
        JsonObject root = new JsonObject();
        root.addProperty("format_version", FORMAT_VERSION);
        root.addProperty("command", command);
        root.addProperty("exit_code", exitCode);
        return root;
    }

    private static JsonObject entry(Entry entry) {
        JsonObject one = new JsonObject();
        one.addProperty("name", entry.droplet().name());
        one.addProperty("public_ip", entry.droplet().publicIp().text());
        one.addProperty("private_ip", entry.droplet().privateIp().text());
        one.addProperty("status", entry.status().name().toLowerCase(Locale.ROOT));
        one.addProperty("changes_done", entry.done());
        one.add("warnings", strings(entry.warnings()));
        JsonArray changes = new JsonArray();
        entry.changes().forEach(c -> changes.add(change(c)));
        one.add("changes", changes);
        Entry.Failure failure = entry.failure();
        if (failure != null) {
            JsonObject what = new JsonObject();
            what.addProperty("step", failure.step());
            what.addProperty("why", failure.why());
            what.addProperty("output", failure.output());
            one.add("failure", what);
        }
        return one;
    }

    private static JsonObject change(Change change) {
        JsonObject one = new JsonObject();
        one.addProperty("stage", change.stage().toString());
        one.addProperty("summary", change.describe());
        one.addProperty("risk", change.risk().name().toLowerCase(Locale.ROOT));
        if (change instanceof InstallPackages install) {
            one.addProperty("kind", "packages");
            one.add("packages", strings(install.names().stream().sorted().toList()));
            one.add("repair", strings(install.broken().stream().sorted().toList()));
        } else if (change instanceof Configure configure) {
            configure(configure, one);
        } else if (change instanceof FirewallChange) {
            one.addProperty("kind", "firewall");
            one.add(
                    "diffs",
                    strings(change.diffs().stream().map(JsonReport::text).toList()));
        }
        return one;
    }

    private static void configure(Configure configure, JsonObject one) {
        one.addProperty("kind", "configure");
        one.addProperty("service", configure.service());
        one.addProperty("action", configure.action().word());
        one.addProperty("enable", configure.enable());
        one.add(
                "switch_on",
                strings(configure.features().stream().map(f -> f.words()).toList()));
        JsonArray files = new JsonArray();
        configure.files().forEach(f -> files.add(file(f)));
        one.add("files", files);
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines);
    }

    private static JsonObject file(FileChange file) {
        JsonObject one = new JsonObject();
        one.addProperty("path", file.path());
        one.addProperty("known", !(file.after() instanceof FileState.Pending));
        one.addProperty("diff", text(file.diff()));
        return one;
    }

    static JsonArray strings(Collection<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
