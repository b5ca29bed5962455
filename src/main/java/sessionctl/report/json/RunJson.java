package sessionctl.report.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import sessionctl.health.Finding;
import sessionctl.inventory.yaml.InventoryProblem;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.FileChange;
import sessionctl.plan.FirewallChange;
import sessionctl.plan.Impact;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.Uninstall;
import sessionctl.ports.PortProbe;
import sessionctl.report.ClusterLogs;
import sessionctl.report.DropletReport;
import sessionctl.report.RunHistory;
import sessionctl.report.RunRenderer;
import sessionctl.report.RunReport;
import sessionctl.state.FileState;
import sessionctl.verify.VerificationResult;

/** Runs as JSON, one document each. A new minor version of the format only adds keys. */
public final class RunJson implements RunRenderer {
    private static final String FORMAT_VERSION = "1.0";

    @Override
    public void after(RunReport run, PrintWriter out) {
        JsonObject root = head(run.command(), run.exitCode());
        root.addProperty("cluster", run.cluster());
        root.addProperty("dry_run", run.dryRun());
        root.addProperty("changes", run.changes());
        if (run.changes() > 0) {
            root.add("impact", impact(run.impact()));
        }
        Map<String, Stream<JsonObject>> arrays = new LinkedHashMap<>();
        arrays.put("droplets", run.entries().stream().map(RunJson::entry));
        if (!run.findings().isEmpty()) {
            arrays.put("findings", run.findings().stream().map(RunJson::finding));
        }
        if (!run.matrix().isEmpty()) {
            arrays.put("matrix", run.matrix().stream().map(RunJson::cell));
        }
        JsonText.write(root, arrays, out);
    }

    @Override
    public String render(RunHistory history, int exitCode) {
        JsonObject root = head("status", exitCode);
        root.add("history", JsonText.array(history.runs(), RunJson::run));
        return JsonText.of(root);
    }

    private static JsonObject run(RunHistory.Run past) {
        JsonObject one = new JsonObject();
        one.addProperty("time", past.stamp().time());
        one.addProperty("id", past.stamp().id());
        one.addProperty("who", past.stamp().who());
        one.addProperty("login", past.stamp().login());
        one.addProperty("from", past.stamp().from());
        one.addProperty("command", past.stamp().command());
        one.addProperty("version", past.stamp().version());
        JsonArray droplets = new JsonArray();
        past.entries().forEach((droplet, logged) -> {
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
    public void write(ClusterLogs logs, int exitCode, PrintWriter out) {
        JsonText.write(
                head("logs", exitCode), Map.of("lines", logs.entries().stream().map(RunJson::logLine)), out);
    }

    private static JsonObject logLine(ClusterLogs.Entry entry) {
        JsonObject one = new JsonObject();
        one.addProperty("time", entry.time().toString());
        one.addProperty("droplet", entry.droplet().name());
        one.addProperty("source", entry.line().source());
        one.addProperty("text", entry.line().text());
        return one;
    }

    @Override
    public String render(VerificationResult verification, int exitCode) {
        JsonObject root = head("verify", exitCode);
        VerificationJson.addMembers(root, verification);
        return JsonText.of(root);
    }

    static JsonObject cell(PortProbe probe) {
        JsonObject one = new JsonObject();
        one.addProperty("from", probe.from());
        one.addProperty("to", probe.to().name());
        one.addProperty("address", probe.address());
        one.addProperty("answer", probe.state().name().toLowerCase(Locale.ROOT));
        one.addProperty("right", probe.isTested() ? probe.isRight() : null);
        return one;
    }

    /** Renders a run that ended before it contacted any droplet. */
    public static String refused(String command, int exitCode, String error, List<InventoryProblem> problems) {
        JsonObject root = head(command, exitCode);
        root.addProperty("error", error);
        root.add("problems", JsonText.array(problems, RunJson::problem));
        return JsonText.of(root);
    }

    private static JsonObject problem(InventoryProblem problem) {
        JsonObject one = new JsonObject();
        one.addProperty("file", problem.file());
        one.addProperty("line", problem.line());
        one.addProperty("column", problem.column());
        one.addProperty("path", problem.path());
        one.addProperty("is", problem.fault());
        one.addProperty("expected", problem.expected());
        return one;
    }

    static JsonObject head(String command, int exitCode) {
        JsonObject root = new JsonObject();
        root.addProperty("format_version", FORMAT_VERSION);
        root.addProperty("command", command);
        root.addProperty("exit_code", exitCode);
        return root;
    }

    private static JsonObject entry(DropletReport entry) {
        JsonObject one = new JsonObject();
        one.addProperty("name", entry.droplet().name());
        one.addProperty("public_ip", entry.droplet().publicIp().text());
        one.addProperty("private_ip", entry.droplet().privateIp().text());
        one.addProperty("status", entry.status().name().toLowerCase(Locale.ROOT));
        one.addProperty("changes_done", entry.done());
        one.add("warnings", JsonText.array(entry.warnings()));
        one.add("changes", JsonText.array(entry.changes(), RunJson::change));
        DropletReport.Failure failure = entry.failure();
        if (failure != null) {
            JsonObject what = new JsonObject();
            what.addProperty("step", failure.step());
            what.addProperty("why", failure.why());
            what.addProperty("output", failure.output());
            one.add("failure", what);
        }
        return one;
    }

    private static JsonObject impact(Impact impact) {
        JsonObject one = new JsonObject();
        one.add("sessions_lost_on", JsonText.array(impact.losing()));
        one.add("memcached_rejoins_on", JsonText.array(impact.rejoining()));
        one.add("sessions_not_taken_over_on", JsonText.array(impact.switching()));
        one.add("web_server_reloads_on", JsonText.array(impact.reloading()));
        one.add("memcached_closed_on", JsonText.array(impact.closing()));
        one.add("memcached_opened_on", JsonText.array(impact.opening()));
        one.add("memcached_local_on", JsonText.array(impact.local()));
        return one;
    }

    private static JsonObject change(Change change) {
        JsonObject one = new JsonObject();
        one.addProperty("stage", change.stage().toString());
        one.addProperty("summary", change.describe());
        one.addProperty("risk", change.risk().name().toLowerCase(Locale.ROOT));
        if (change instanceof InstallPackages install) {
            one.addProperty("kind", "packages");
            one.add("packages", JsonText.array(new TreeSet<>(install.names())));
            one.add("repair", JsonText.array(new TreeSet<>(install.halfInstalled())));
            one.add("needed", JsonText.array(new TreeSet<>(install.needed())));
            one.add("upgraded", JsonText.array(new TreeSet<>(install.upgraded())));
        } else if (change instanceof Configure configure) {
            configure(configure, one);
        } else if (change instanceof FirewallChange) {
            one.addProperty("kind", "firewall");
            one.add("diffs", JsonText.array(change.diffs(), RunJson::lines));
        } else if (change instanceof Uninstall uninstall) {
            one.addProperty("kind", "uninstall");
            one.add("removed", JsonText.array(uninstall.found()));
        }
        return one;
    }

    private static void configure(Configure configure, JsonObject one) {
        one.addProperty("kind", "configure");
        one.addProperty("service", configure.service());
        one.addProperty("action", configure.action().word());
        one.addProperty("enable", configure.enable());
        one.add("switch_on", JsonText.array(configure.features(), f -> new JsonPrimitive(f.words())));
        one.add("files", JsonText.array(configure.files(), RunJson::file));
    }

    private static JsonPrimitive lines(List<String> lines) {
        return new JsonPrimitive(String.join("\n", lines));
    }

    private static JsonObject file(FileChange file) {
        JsonObject one = new JsonObject();
        one.addProperty("path", file.path());
        one.addProperty("known", !(file.after() instanceof FileState.Pending));
        one.add("diff", lines(file.diff()));
        return one;
    }

    static JsonObject finding(Finding finding) {
        JsonObject one = new JsonObject();
        one.addProperty("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        one.addProperty("droplet", finding.droplet());
        one.addProperty("what", finding.what());
        one.addProperty("remedy", finding.remedy());
        return one;
    }
}
