package sessionctl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.JsonReport;
import sessionctl.report.MarkdownReport;
import sessionctl.report.Report;
import sessionctl.report.Style;
import sessionctl.report.TextReport;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;

/** A program of its own, so that its memory can be limited: one large cluster, rendered, planned and reported. */
final class ThousandDroplets {
    private ThousandDroplets() {}

    /** Arguments: number of droplets, a folder to write to, what to do. */
    public static void main(String[] words) throws IOException {
        int count = Integer.parseInt(words[0]);
        Path folder = Path.of(words[1]);
        String inventory = inventory(count);
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
            case "bare" -> plan(Samples.cluster(inventory), "debian-12-bare", words[3]);
            case "in-service" -> plan(Samples.cluster(inventory), "debian-12-provisioned", words[3]);
            default -> throw new IllegalArgumentException(words[2]);
        };
        System.out.flush();
        System.exit(code);
    }

    static String inventory(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "  - {name: web%04d, public_ip: 203.%d.%d.%d, private_ip: 10.98.%d.%d}%n"
                        .formatted(i, i / 62500, i / 250 % 250, i % 250 + 1, i / 250, i % 250 + 1))
                .collect(Collectors.joining("", "droplets:\n", ""));
    }

    private static int plan(Cluster cluster, String facts, String format) throws IOException {
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        String list = cluster.droplets().stream()
                .map(d -> "tcp://" + d.privateIp() + ":11211")
                .collect(Collectors.joining(","));
        Shells shells = droplet -> new Answering(cluster, desired, droplet, facts, list);
        Report report = switch (format) {
            case "json" -> new JsonReport();
            case "markdown" -> new MarkdownReport();
            default -> new TextReport(Style.PLAIN);
        };
        PrintWriter out = new PrintWriter(System.out, false, UTF_8);
        try (Fleet fleet = new Fleet(shells, 20, Progress.SILENT)) {
            Voice voice = new Voice(out, new PrintWriter(new StringWriter()), report, Progress.SILENT);
            return new Provisioning(
                            "provision",
                            new Plans(cluster, desired),
                            new Locking("provision", fleet, voice, Duration.ZERO),
                            false,
                            new Remedies("inventory.yml"))
                    .dryRun(cluster.droplets(), true);
        } finally {
            out.flush();
        }
    }

    /** A droplet that answers as a real one does; its answer is made when it is asked, so that none is kept here. */
    private record Answering(Cluster cluster, DesiredStates desired, Droplet droplet, String facts, String list)
            implements Shell {
        @Override
        public CommandResult run(Command command) {
            try {
                Answer answer = Answer.named(facts)
                        .replacing("tcp://10.98.0.1:11211", list)
                        .replacing("session_redundancy=2", "session_redundancy=" + (cluster.copies() + 1))
                        .replacing("10.98.0.1/", droplet.privateIp() + "/")
                        .replacing("-l 10.98.0.1", "-l " + droplet.privateIp())
                        .replacing("-l\n10.98.0.1", "-l\n" + droplet.privateIp());
                return Samples.guarded(answer, desired, droplet).result();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {}
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
