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
import sessionctl.command.CommandResult;
import sessionctl.desired.DesiredStates;
import sessionctl.facts.RunLog;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.fleet.Progress;
import sessionctl.health.Overview;
import sessionctl.health.Preflight;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.BuildLog;
import sessionctl.report.CheckJson;
import sessionctl.report.CheckMarkdown;
import sessionctl.report.CheckText;
import sessionctl.report.History;
import sessionctl.report.JsonReport;
import sessionctl.report.MarkdownReport;
import sessionctl.report.PlainProgress;
import sessionctl.report.ProofJunit;
import sessionctl.report.Report;
import sessionctl.report.Run;
import sessionctl.report.SafeWriter;
import sessionctl.report.StatusHtml;
import sessionctl.report.StatusJson;
import sessionctl.report.StatusMarkdown;
import sessionctl.report.StatusText;
import sessionctl.report.Style;
import sessionctl.report.TextReport;
import sessionctl.state.LoggedRun;
import sessionctl.state.Sighting;
import sessionctl.verify.Proof;

/** Every command on two droplets in memory, the second of which answers anything, and what leaves the program then. */
final class HostileCommands {
    /** What a build server's runner takes for a command (actions/runner, ActionCommand.cs), but for those that are ours. */
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
    private final Patients patients;
    private final Remedies remedies = new Remedies("shop.yml");

    HostileCommands() throws IOException {
        desired = new DesiredStates(CLUSTER, Samples.templates());
        patients = new Patients(CLUSTER);
        healthy = new LinkedHashMap<>(patients.answers());
        healthy.values()
                .forEach(answer -> answer.with("memory", "MemTotal: 1000000 kB\nMemAvailable: 800000 kB\n")
                        .with("disk", "9000000")
                        .with("listening", "LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:((\"squid\",pid=1,fd=3))\n")
                        .with("sockets", "Listen=[::]:80 (Stream)\nId=site.socket\n")
                        .with("ufw", "no")
                        .with("firewalld", "no")
                        .with("settings", "/var/www/.htaccess:3\tsession.save_path\t/tmp\n"));
    }

    /** What the second droplet answers as long as nothing is wrong with it, packed. */
    Answer second() {
        return healthy.getOrDefault(
                CLUSTER.droplets().get(1), healthy.values().iterator().next());
    }

    /** Runs them all; nothing is thrown, each says something of both droplets, and what leaves is harmless. */
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
        List<Run> runs = new ArrayList<>();
        Report keeping = new Report() {
            @Override
            public boolean before(Run run, PrintWriter out) {
                return runs.add(run);
            }

            @Override
            public void after(Run run, PrintWriter out) {}

            @Override
            public String of(History history, int exitCode) {
                return " ";
            }

            @Override
            public String of(Proof proof, int exitCode) {
                return " ";
            }
        };
        Voice voice = new Voice(writer(), writer(), keeping, Progress.SILENT);
        Plans plans = new Plans(CLUSTER, desired);
        Locking locking = new Locking("provision", fleet, voice, Duration.ZERO);
        int code = new Provisioning("provision", plans, locking, false, remedies).dryRun(CLUSTER.droplets(), true);
        int rules = new Firewalling(new FirewallPlans(CLUSTER, false, Set.of()), CLUSTER.droplets(), locking, remedies)
                .dryRun(true);
        assertThat(Set.of(0, 1, 2, 4)).as(name).contains(code, rules);
        assertThat(runs).hasSize(2);
        for (Run run : runs) {
            assertThat(run.entries()).as(name).hasSize(2);
            tell(name + ": " + run.command(), run);
        }
    }

    /** A run in every form, before and after it. */
    void tell(String name, Run run) {
        forms(log -> new TextReport(Style.COLOUR, log), (server, log, report) -> {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            PrintWriter safeOut = new PrintWriter(new SafeWriter(out, log));
            PrintWriter safeErr = new PrintWriter(new SafeWriter(err, log));
            PlainProgress progress = new PlainProgress(safeErr, true);
            Voice voice = new Voice(safeOut, safeErr, report, progress, new Aside(log, "", safeErr));
            run.entries().forEach(e -> e.changes().forEach(c -> progress.begin(e.droplet(), c.describe())));
            run.entries().stream()
                    .filter(e -> e.failure() != null)
                    .forEach(e -> voice.remark(e.droplet() + ": " + e.failure().why()));
            voice.before(run);
            voice.after(run);
            check(name + ", " + server, report, out.toString());
            check(name + ", standard error, " + server, null, err.toString());
        });
    }

    private void overview(String name, Fleet fleet) {
        Observing observing = new Observing(CLUSTER, desired, fleet, remedies);
        Map<Droplet, Look<Sighting>> looks = fleet.sight(CLUSTER.droplets(), observing::question);
        Overview overview =
                observing.overview(observing.checked(observing.plans(), looks), List.of(), patients.matrix());
        assertThat(overview.droplets()).as(name).hasSize(2);
        assertThat(overview.droplets().get(0).seen())
                .as("%s: the healthy one", name)
                .isNotNull();
        text(name + ": status", new StatusText(Style.COLOUR).of(overview, 3), null);
        text(name + ": status json", new StatusJson().of(overview, 3), new JsonReport());
        text(name + ": status markdown", new StatusMarkdown().of(overview, 3), new MarkdownReport());
        String html = new StatusHtml("now").of(overview, 3);
        assertThat(html).as(name).doesNotContain("<b>", "\u001b").matches(t -> harmless(t), "harmless");
    }

    private void preflight(String name, Fleet fleet) {
        Examining examining = new Examining(CLUSTER, desired, remedies);
        Preflight preflight = examining.look(fleet, CLUSTER.droplets());
        assertThat(preflight.droplets()).as(name).hasSize(2);
        text(name + ": check", new CheckText(Style.COLOUR).of(preflight, 3), null);
        text(name + ": check json", new CheckJson().of(preflight, 3), new JsonReport());
        text(name + ": check markdown", new CheckMarkdown().of(preflight, 3), new MarkdownReport());
    }

    /** A log of runs as a droplet keeps it. */
    void history(String name, String log) {
        Map<Droplet, List<LoggedRun>> logs = new LinkedHashMap<>();
        logs.put(CLUSTER.droplets().get(1), RunLog.runs(log));
        History history = History.of(logs, 20);
        forms(server -> new TextReport(Style.COLOUR, server), (server, build, report) -> {
            check(name + ": history, " + server, report, written(report.of(history, 0), build));
        });
    }

    /** What verify found. */
    void proof(String name, Proof proof) throws Exception {
        forms(server -> new TextReport(Style.COLOUR, server), (server, build, report) -> {
            check(name + ": verify, " + server, report, written(report.of(proof, 3), build));
        });
        String junit = ProofJunit.of(proof);
        assertThat(harmless(junit)).as("%s: JUnit", name).isTrue();
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(junit)))
                        .getDocumentElement()
                        .getTagName())
                .isEqualTo("testsuite");
    }

    @FunctionalInterface
    private interface Form {
        void tell(String server, BuildLog log, Report report);
    }

    private static void forms(java.util.function.Function<BuildLog, Report> text, Form form) {
        SERVERS.forEach((server, log) -> {
            for (Report report : List.of(text.apply(log), new JsonReport(), new MarkdownReport())) {
                form.tell(server, log, report);
            }
        });
    }

    /** A text as each server's log has it. */
    static void text(String name, String text, @org.jspecify.annotations.Nullable Report form) {
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

    /** What may leave in a form; without one, as text. */
    static void check(String name, @org.jspecify.annotations.Nullable Report form, String left) {
        String text = OURS.matcher(left).replaceAll("");
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
        if (form instanceof JsonReport && !text.isEmpty()) {
            json(name, JsonParser.parseString(text));
        }
        if (form instanceof MarkdownReport) {
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

    /** Written apart from the program's own rule, so that a hole in that one is seen. */
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
