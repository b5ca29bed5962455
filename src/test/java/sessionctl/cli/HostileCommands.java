package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.xml.sax.InputSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.action.CiReporter;
import sessionctl.action.Console;
import sessionctl.action.FirewallPlanner;
import sessionctl.action.Pager;
import sessionctl.action.PreflightAction;
import sessionctl.action.ProvisionAction;
import sessionctl.action.ProvisionPlanner;
import sessionctl.action.RunLeases;
import sessionctl.action.StatusAction;
import sessionctl.command.CommandResult;
import sessionctl.desired.DesiredStates;
import sessionctl.facts.RunLogParser;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.ProbeResult;
import sessionctl.fleet.Progress;
import sessionctl.health.ClusterHealth;
import sessionctl.health.Preflight;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.BuildLog;
import sessionctl.report.ClusterLogs;
import sessionctl.report.RunHistory;
import sessionctl.report.RunRenderer;
import sessionctl.report.RunReport;
import sessionctl.report.SafeWriter;
import sessionctl.report.TextStyle;
import sessionctl.report.html.StatusHtml;
import sessionctl.report.json.PreflightJson;
import sessionctl.report.json.RunJson;
import sessionctl.report.json.StatusJson;
import sessionctl.report.junit.VerificationJunit;
import sessionctl.report.markdown.PreflightMarkdown;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.markdown.StatusMarkdown;
import sessionctl.report.text.PlainProgress;
import sessionctl.report.text.PreflightText;
import sessionctl.report.text.RunText;
import sessionctl.report.text.StatusText;
import sessionctl.state.LogLine;
import sessionctl.state.RunLogEntry;
import sessionctl.state.StatusFacts;
import sessionctl.verify.VerificationResult;

/**
 * Runs the commands on two droplets in memory, the second of which may give any answer, and checks that their output is
 * harmless.
 */
final class HostileCommands {
    /**
     * Text that a build server's runner would take for a command (actions/runner, ActionCommand.cs), except the
     * program's own commands.
     */
    private static final Pattern GITHUB = Pattern.compile(
            "(?m)^[^\\x21-\\x7e\\n]*::(?!group::lamp0|endgroup::$|(?:error|warning) title=lamp0\\d::)|##\\[");

    private static final Pattern GITLAB = Pattern.compile("section_(?:start|end):(?!\\d+:sessionctl_lamp0\\d_\\d+)");
    private static final Pattern OURS =
            Pattern.compile("\u001b\\[(?:0|1|31|32|36)m|\u001b\\[0Ksection_[^\u001b]*\r\u001b\\[0K");
    private static final String DROPLETS = """
        droplets:
          - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
          - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
        """;
    private static final Cluster CLUSTER = Samples.cluster(DROPLETS);
    private static final Map<String, BuildLog> SERVERS = Map.of(
            "no server",
            BuildLog.PLAIN,
            "GitHub",
            BuildLog.of(Map.of("GITHUB_ACTIONS", "true"), () -> 17),
            "GitLab",
            BuildLog.of(Map.of("GITLAB_CI", "true"), () -> 17));

    private final DesiredStates desired;
    private final Map<Droplet, Answer> healthy;
    private final FaultyClusters cluster;
    private final Remedies remedies = new Remedies("shop.yml");

    HostileCommands() throws IOException {
        desired = new DesiredStates(CLUSTER, Samples.templates());
        cluster = new FaultyClusters(CLUSTER);
        healthy = new LinkedHashMap<>(cluster.answers());
        healthy.values()
                .forEach(answer -> answer.with("memory", "MemTotal: 1000000 kB\nMemAvailable: 800000 kB\n")
                        .with("disk", "9000000")
                        .with("listening", "LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:((\"squid\",pid=1,fd=3))\n")
                        .with("sockets", "Listen=[::]:80 (Stream)\nId=site.socket\n")
                        .with("ufw", "no")
                        .with("firewalld", "no")
                        .with("settings", "/var/www/.htaccess:3\tsession.save_path\t/tmp\n"));
    }

    /** Returns the healthy answer of the second droplet. */
    Answer second() {
        return healthy.getOrDefault(
                CLUSTER.droplets().get(1), healthy.values().iterator().next());
    }

    /**
     * Runs dry runs, status and check. None may throw, each must report both droplets, and the output must be harmless.
     */
    void run(String name, CommandResult second) {
        FakeShells shells = shells(second);
        try (Fleet fleet = new Fleet(shells, 2, Progress.SILENT)) {
            plans(name, fleet);
            overview(name, fleet);
            preflight(name, fleet);
        }
    }

    private FakeShells shells(CommandResult second) {
        FakeShells shells = new FakeShells(healthy.values().iterator().next());
        for (Droplet droplet : CLUSTER.droplets()) {
            CommandResult answer = droplet.name().equals("lamp02")
                    ? second
                    : healthy.getOrDefault(droplet, second()).result();
            String sight = " " + CLUSTER.droplets().get(0).privateIp();
            String words = droplet.privateIp() + " 11211 "
                    + CLUSTER.sessions().lockTimeout().value() + sight;
            for (String entry : List.of("facts", "", words)) {
                shells.printing(droplet.name() + ": " + entry, answer.exit(), answer.stdout());
            }
        }
        return shells;
    }

    private void plans(String name, Fleet fleet) {
        List<RunReport> runs = new ArrayList<>();
        RunRenderer keeping = new RunRenderer() {
            @Override
            public boolean before(RunReport run, PrintWriter out) {
                return runs.add(run);
            }

            @Override
            public void after(RunReport run, PrintWriter out) {}

            @Override
            public String render(RunHistory history, int exitCode) {
                return " ";
            }

            @Override
            public void write(ClusterLogs logs, int exitCode, PrintWriter out) {}

            @Override
            public String render(VerificationResult verification, int exitCode) {
                return " ";
            }
        };
        Console console = new Console(writer(), writer(), keeping, Progress.SILENT);
        ProvisionPlanner planner = new ProvisionPlanner(CLUSTER, desired);
        RunLeases lease = new RunLeases("provision", fleet, console, Duration.ZERO);
        int code = new ProvisionAction("provision", planner, lease, false, remedies).dryRun(CLUSTER.droplets(), true);
        int rules = new ProvisionAction(
                        "firewall", new FirewallPlanner(CLUSTER, false, Set.of()), lease, true, remedies)
                .dryRun(CLUSTER.droplets(), true);
        assertThat(Set.of(0, 1, 2, 4)).as(name).contains(code, rules);
        assertThat(runs).hasSize(2);
        for (RunReport run : runs) {
            assertThat(run.entries()).as(name).hasSize(2);
            report(name + ": " + run.command(), run);
        }
    }

    /** Checks the report of a run in each format, before and after the run. */
    void report(String name, RunReport run) {
        forEachFormat(log -> new RunText(TextStyle.COLOUR, log), (server, log, report) -> {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            PrintWriter safeOut = new PrintWriter(new SafeWriter(out, log));
            PrintWriter safeErr = new PrintWriter(new SafeWriter(err, log));
            PlainProgress progress = PlainProgress.elapsed(safeErr, PlainProgress.Detail.STEPS, () -> 0);
            Console console =
                    new Console(safeOut, safeErr, report, progress, new CiReporter(log, "", safeErr), Pager.NONE);
            run.entries().forEach(e -> e.changes().forEach(c -> progress.begin(e.droplet(), c.describe())));
            run.entries().stream()
                    .filter(e -> e.failure() != null)
                    .forEach(e -> console.note(e.droplet() + ": " + e.failure().why()));
            console.before(run);
            console.after(run);
            check(name + ", " + server, report, out.toString());
            check(name + ", standard error, " + server, null, err.toString());
        });
    }

    private void overview(String name, Fleet fleet) {
        StatusAction observing = new StatusAction(CLUSTER, desired, fleet, remedies);
        Map<Droplet, ProbeResult<StatusFacts>> answers =
                fleet.inspectStatus(CLUSTER.droplets(), observing::statusCommand);
        ClusterHealth health =
                observing.evaluate(observing.toHealth(observing.newPlanner(), answers), List.of(), cluster.matrix());
        assertThat(health.droplets()).as(name).hasSize(2);
        assertThat(health.droplets().get(0).statusFacts())
                .as("%s: the healthy one", name)
                .isNotNull();
        text(name + ": status", new StatusText(TextStyle.COLOUR, () -> "").of(health, 3), null);
        text(name + ": status json", new StatusJson().of(health, 3), new RunJson());
        text(name + ": status markdown", new StatusMarkdown().of(health, 3), new RunMarkdown());
        String html = new StatusHtml(FaultyClusters.PROVENANCE).of(health, 3);
        assertThat(html).as(name).doesNotContain("<b>", "\u001b").matches(t -> harmless(t), "harmless");
    }

    private void preflight(String name, Fleet fleet) {
        PreflightAction action = new PreflightAction(CLUSTER, desired, remedies);
        Preflight preflight = action.inspect(fleet, CLUSTER.droplets());
        assertThat(preflight.droplets()).as(name).hasSize(2);
        text(name + ": check", new PreflightText(TextStyle.COLOUR).render(preflight, 3), null);
        text(name + ": check json", new PreflightJson().render(preflight, 3), new RunJson());
        text(name + ": check markdown", new PreflightMarkdown().render(preflight, 3), new RunMarkdown());
    }

    /** Checks the history that is read from a droplet's log of runs. */
    void history(String name, String log) {
        Map<Droplet, List<RunLogEntry>> logs = new LinkedHashMap<>();
        logs.put(CLUSTER.droplets().get(1), RunLogParser.runs(log));
        RunHistory history = RunHistory.of(logs, 20);
        forEachFormat(server -> new RunText(TextStyle.COLOUR, server), (server, build, report) -> {
            check(name + ": history, " + server, report, written(report.render(history, 0), build));
        });
    }

    /** Checks a line of a droplet's log in each format. */
    void logLine(String name, String text) {
        LogLine line = new LogLine(1_796_000_000_000_000L, text, text);
        ClusterLogs logs = ClusterLogs.of(Map.of(CLUSTER.droplets().get(1), List.of(line, line)));
        forEachFormat(server -> new RunText(TextStyle.COLOUR, server), (server, build, report) -> {
            StringWriter written = new StringWriter();
            report.write(logs, 0, new PrintWriter(written));
            check(name + ": logs, " + server, report, written(written.toString(), build));
        });
    }

    /** Checks the result of verify in each format. */
    void verification(String name, VerificationResult verification) throws Exception {
        forEachFormat(server -> new RunText(TextStyle.COLOUR, server), (server, build, report) -> {
            check(name + ": verify, " + server, report, written(report.render(verification, 3), build));
        });
        String junit = VerificationJunit.of(verification);
        assertThat(harmless(junit)).as("%s: JUnit", name).isTrue();
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(junit)))
                        .getDocumentElement()
                        .getTagName())
                .isEqualTo("testsuite");
    }

    @FunctionalInterface
    private interface FormatCheck {
        void report(String server, BuildLog log, RunRenderer report);
    }

    private static void forEachFormat(java.util.function.Function<BuildLog, RunRenderer> text, FormatCheck form) {
        SERVERS.forEach((server, log) -> {
            for (RunRenderer report : List.of(text.apply(log), new RunJson(), new RunMarkdown())) {
                form.report(server, log, report);
            }
        });
    }

    /** Checks a text as each build server's log shows it. */
    static void text(String name, String text, @org.jspecify.annotations.Nullable RunRenderer form) {
        SERVERS.forEach((server, log) -> check(name + ", " + server, form, written(text, log)));
    }

    static String written(String text, BuildLog log) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(new SafeWriter(out, log));
        writer.print(text);
        writer.flush();
        return out.toString();
    }

    static PrintWriter writer() {
        return new PrintWriter(new StringWriter());
    }

    /** Checks that a text is harmless in an output format; null means plain text. */
    static void check(String name, @org.jspecify.annotations.Nullable RunRenderer form, String printed) {
        String text = OURS.matcher(printed).replaceAll("");
        assertThat(harmless(text)).as("%s: controls in %s", name, shown(text)).isTrue();
        if (name.contains("GitHub")) {
            assertThat(GITHUB.matcher(text).find())
                    .as("%s: %s", name, shown(text))
                    .isFalse();
        }
        if (name.contains("GitLab")) {
            assertThat(GITLAB.matcher(text).find())
                    .as("%s: %s", name, shown(text))
                    .isFalse();
        }
        String outside = text.replaceAll("(?ms)^(`{3,}).*?^\\1$", "");
        assertThat(outside).as(name).doesNotContain("\nFORGED");
        if (form instanceof RunJson && !text.isEmpty()) {
            json(name, JsonParser.parseString(text));
        }
        if (form instanceof RunMarkdown) {
            assertThat(outside)
                    .as(name)
                    .doesNotContain("<b>", "http://evil")
                    .doesNotContainPattern("(?<!\\\\)(?:\\\\\\\\)*(?:\\[forged|_forged|\\|forged|`forged)");
        }
    }

    private static void json(String name, JsonElement element) {
        if (element.isJsonObject()) {
            element.getAsJsonObject().entrySet().forEach(e -> {
                assertThat(harmless(e.getKey())).as(name).isTrue();
                json(name, e.getValue());
            });
        } else if (element.isJsonArray()) {
            element.getAsJsonArray().forEach(e -> json(name, e));
        } else if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isString()) {
            assertThat(harmless(element.getAsString())).as(name).isTrue();
        }
    }

    /** Independent of the program's own filter, so that the test finds a hole in it. */
    static boolean harmless(String text) {
        return text.codePoints()
                .noneMatch(c -> (c < 0x20 && c != '\n' && c != '\t')
                        || (c >= 0x7f && c < 0xa0)
                        || c == 0x00ad
                        || c == 0x061c
                        || (c >= 0x200b && c <= 0x200f)
                        || (c >= 0x2028 && c <= 0x202e)
                        || (c >= 0x2060 && c <= 0x206f)
                        || c == 0xfeff
                        || (c >= 0xd800 && c <= 0xdfff)
                        || (c >= 0xfdd0 && c <= 0xfdef)
                        || (c & 0xfffe) == 0xfffe
                        || (c >= 0xe0000 && c <= 0xe0fff));
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(3000)
                .forEach(c -> shown.append(c < 0x20 || c > 0x7e ? "{" + Integer.toHexString(c) + "}" : "" + (char) c));
        return shown.toString();
    }
}
