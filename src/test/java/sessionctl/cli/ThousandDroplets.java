package sessionctl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import sessionctl.action.Console;
import sessionctl.action.FirewallCheckAction;
import sessionctl.action.FirewallPlanner;
import sessionctl.action.ProvisionAction;
import sessionctl.action.ProvisionPlanner;
import sessionctl.action.RunLeases;
import sessionctl.action.StatusAction;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.ClusterHealth;
import sessionctl.inventory.Droplet;
import sessionctl.report.ClusterLogs;
import sessionctl.report.RunHistory;
import sessionctl.report.RunRenderer;
import sessionctl.report.RunReport;
import sessionctl.report.StatusRenderer;
import sessionctl.report.TextStyle;
import sessionctl.report.html.StatusHtml;
import sessionctl.report.json.RunJson;
import sessionctl.report.json.StatusJson;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.markdown.StatusMarkdown;
import sessionctl.report.text.RunText;
import sessionctl.report.text.StatusText;
import sessionctl.verify.VerificationResult;

/** Renders, plans and reports one large cluster. It is a separate program, so that its memory can be limited. */
final class ThousandDroplets {
    private static final String PROVISIONED = "debian-12-provisioned";

    private ThousandDroplets() {}

    /** Arguments: the number of droplets, a folder to write to, the command, and its output formats. */
    public static void main(String[] words) throws IOException {
        int count = Integer.parseInt(words[0]);
        Path folder = Path.of(words[1]);
        String inventory = SimulatedCluster.inventory(count);
        Path file = folder.resolve("inventory.yml");
        Files.writeString(file, inventory);
        int code = switch (words[2]) {
            case "render" ->
                Main.run(
                        new PrintWriter(System.out, false, UTF_8),
                        new PrintWriter(System.err, false, UTF_8),
                        "render",
                        "--out",
                        folder.resolve("out").toString(),
                        file.toString());
            case "bare" -> provision(new SimulatedCluster(inventory, "debian-12-bare", false, false), words[3]);
            case "in-service" -> provision(new SimulatedCluster(inventory, PROVISIONED, false, true), words[3]);
            case "firewall" -> firewall(new SimulatedCluster(inventory, PROVISIONED, false, false), words[3], true);
            case "check" -> firewall(new SimulatedCluster(inventory, PROVISIONED, true, false), words[3], false);
            case "status" -> status(new SimulatedCluster(inventory, PROVISIONED, true, true), words[3]);
            default -> throw new IllegalArgumentException(words[2]);
        };
        System.out.flush();
        System.exit(code);
    }

    /** Returns a renderer that writes all these formats, because building the answers takes most of the time. */
    private static RunRenderer report(String formats) {
        List<RunRenderer> reports = Stream.of(formats.split(","))
                .map(format -> switch (format) {
                    case "json" -> new RunJson();
                    case "markdown" -> new RunMarkdown();
                    default -> new RunText(TextStyle.PLAIN);
                })
                .toList();
        return new RunRenderer() {
            @Override
            public boolean before(RunReport run, PrintWriter out) {
                reports.forEach(report -> {
                    if (!report.before(run, out)) {
                        report.after(run, out);
                    }
                });
                return true;
            }

            @Override
            public void after(RunReport run, PrintWriter out) {
                reports.forEach(report -> report.after(run, out));
            }

            @Override
            public String render(RunHistory history, int exitCode) {
                throw new IllegalStateException();
            }

            @Override
            public void write(ClusterLogs logs, int exitCode, PrintWriter out) {
                throw new IllegalStateException();
            }

            @Override
            public String render(VerificationResult verification, int exitCode) {
                throw new IllegalStateException();
            }
        };
    }

    private static int inFleet(SimulatedCluster simulated, String formats, BiFunction<Fleet, Console, Integer> work) {
        PrintWriter out = new PrintWriter(System.out, false, UTF_8);
        try (Fleet fleet = simulated.fleet()) {
            PrintWriter err = new PrintWriter(new StringWriter());
            return work.apply(fleet, new Console(out, err, report(formats), Progress.SILENT));
        } finally {
            out.flush();
        }
    }

    private static int provision(SimulatedCluster simulated, String formats) {
        return inFleet(
                simulated,
                formats,
                (fleet, console) -> new ProvisionAction(
                                "provision",
                                new ProvisionPlanner(simulated.cluster, simulated.desired),
                                new RunLeases("provision", fleet, console, Duration.ZERO),
                                false,
                                simulated.remedies)
                        .dryRun(simulated.cluster.droplets(), true));
    }

    private static int firewall(SimulatedCluster simulated, String formats, boolean dry) {
        return inFleet(simulated, formats, (fleet, console) -> {
            FirewallPlanner planner = new FirewallPlanner(simulated.cluster, false, Set.of());
            List<Droplet> all = simulated.cluster.droplets();
            RunLeases lease = new RunLeases("firewall", fleet, console, Duration.ZERO);
            return dry
                    ? new ProvisionAction("firewall", planner, lease, true, simulated.remedies).dryRun(all, true)
                    : new FirewallCheckAction(planner, all, fleet, console, simulated.remedies).run();
        });
    }

    private static int status(SimulatedCluster simulated, String formats) {
        PrintWriter out = new PrintWriter(System.out, false, UTF_8);
        try (Fleet fleet = simulated.fleet()) {
            ClusterHealth health = new StatusAction(simulated.cluster, simulated.desired, fleet, simulated.remedies)
                    .inspect(simulated.cluster.droplets());
            for (String format : formats.split(",")) {
                StatusRenderer report = switch (format) {
                    case "json" -> new StatusJson();
                    case "markdown" -> new StatusMarkdown();
                    case "html" -> new StatusHtml(FaultyClusters.PROVENANCE);
                    default -> new StatusText(TextStyle.PLAIN, () -> "");
                };
                report.write(health, 0, out);
            }
            return health.findings().isEmpty() ? 0 : 3;
        } finally {
            out.flush();
        }
    }

    /** Returns the launcher's Java command line with this memory limit. */
    static List<String> java(String memory) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xss512k",
                "-Xmx" + memory,
                "-Dfile.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                ThousandDroplets.class.getName());
    }
}
