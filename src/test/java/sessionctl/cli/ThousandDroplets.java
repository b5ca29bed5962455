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
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Overview;
import sessionctl.report.History;
import sessionctl.report.JsonReport;
import sessionctl.report.MarkdownReport;
import sessionctl.report.Report;
import sessionctl.report.Run;
import sessionctl.report.StatusHtml;
import sessionctl.report.StatusJson;
import sessionctl.report.StatusMarkdown;
import sessionctl.report.StatusReport;
import sessionctl.report.StatusText;
import sessionctl.report.Style;
import sessionctl.report.TextReport;
import sessionctl.verify.Proof;

/** A program of its own, so that its memory can be limited: one large cluster, rendered, planned and reported. */
final class ThousandDroplets {
    private static final String PROVISIONED = "debian-12-provisioned";

    private ThousandDroplets() {}

    /** Arguments: number of droplets, a folder to write to, what to do. */
    public static void main(String[] words) throws IOException {
        int count = Integer.parseInt(words[0]);
        Path folder = Path.of(words[1]);
        String inventory = Fakes.inventory(count);
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
            case "bare" -> provision(new Fakes(inventory, "debian-12-bare", false, false), words[3]);
            case "in-service" -> provision(new Fakes(inventory, PROVISIONED, false, true), words[3]);
            case "firewall" -> firewall(new Fakes(inventory, PROVISIONED, false, false), words[3], true);
            case "check" -> firewall(new Fakes(inventory, PROVISIONED, true, false), words[3], false);
            case "status" -> status(new Fakes(inventory, PROVISIONED, true, true), words[3]);
            default -> throw new IllegalArgumentException(words[2]);
        };
        System.out.flush();
        System.exit(code);
    }

    /** In these forms, one after another: what takes time is the looking. */
    private static Report report(String formats) {
        List<Report> reports = Stream.of(formats.split(","))
                .map(format -> switch (format) {
                    case "json" -> new JsonReport();
                    case "markdown" -> new MarkdownReport();
                    default -> new TextReport(Style.PLAIN);
                })
                .toList();
        return new Report() {
            @Override
            public boolean before(Run run, PrintWriter out) {
                reports.forEach(report -> {
                    if (!report.before(run, out)) {
                        report.after(run, out);
                    }
                });
                return true;
            }

            @Override
            public void after(Run run, PrintWriter out) {
                reports.forEach(report -> report.after(run, out));
            }

            @Override
            public String of(History history, int exitCode) {
                throw new IllegalStateException();
            }

            @Override
            public String of(Proof proof, int exitCode) {
                throw new IllegalStateException();
            }
        };
    }

    private static int inFleet(Fakes fakes, String formats, BiFunction<Fleet, Voice, Integer> work) {
        PrintWriter out = new PrintWriter(System.out, false, UTF_8);
        try (Fleet fleet = fakes.fleet()) {
            PrintWriter err = new PrintWriter(new StringWriter());
            return work.apply(fleet, new Voice(out, err, report(formats), Progress.SILENT));
        } finally {
            out.flush();
        }
    }

    private static int provision(Fakes fakes, String formats) {
        return inFleet(
                fakes,
                formats,
                (fleet, voice) -> new Provisioning(
                                "provision",
                                new Plans(fakes.cluster, fakes.desired),
                                new Locking("provision", fleet, voice, Duration.ZERO),
                                false,
                                fakes.remedies)
                        .dryRun(fakes.cluster.droplets(), true));
    }

    private static int firewall(Fakes fakes, String formats, boolean dry) {
        return inFleet(fakes, formats, (fleet, voice) -> {
            Firewalling firewalling = new Firewalling(
                    new FirewallPlans(fakes.cluster, false, Set.of()),
                    fakes.cluster.droplets(),
                    new Locking("firewall", fleet, voice, Duration.ZERO),
                    fakes.remedies);
            return dry ? firewalling.dryRun(true) : firewalling.check();
        });
    }

    private static int status(Fakes fakes, String formats) {
        PrintWriter out = new PrintWriter(System.out, false, UTF_8);
        try (Fleet fleet = fakes.fleet()) {
            Overview overview =
                    new Observing(fakes.cluster, fakes.desired, fleet, fakes.remedies).look(fakes.cluster.droplets());
            for (String format : formats.split(",")) {
                StatusReport report = switch (format) {
                    case "json" -> new StatusJson();
                    case "markdown" -> new StatusMarkdown();
                    case "html" -> new StatusHtml("now");
                    default -> new StatusText(Style.PLAIN);
                };
                report.write(overview, 0, out);
            }
            return overview.findings().isEmpty() ? 0 : 3;
        } finally {
            out.flush();
        }
    }

    /** As the launcher starts Java, with this much memory. */
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
