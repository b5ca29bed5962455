package sessionctl.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import sessionctl.action.BundledResources;
import sessionctl.action.Console;
import sessionctl.action.ExitCode;
import sessionctl.action.Interruption;
import sessionctl.action.ProvisionAction;
import sessionctl.action.ProvisionPlanner;
import sessionctl.action.RunLeases;
import sessionctl.command.CommandResult;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.TemplateSet;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Inventory;
import sessionctl.report.RunRenderer;
import sessionctl.report.TextStyle;
import sessionctl.report.json.RunJson;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.text.PlainProgress;
import sessionctl.report.text.RunText;
import sessionctl.ssh.Shell;
import sessionctl.ssh.transport.ClassPreloader;

/**
 * The hidden {@code warm-up} command: a run without droplets. The launcher records the classes that it loads in an
 * archive, from which later runs start faster.
 */
@Command(name = "warm-up", hidden = true, description = "Rehearse a run without contacting anything.")
final class WarmUpCommand implements Callable<Integer> {
    private static final String INVENTORY = """
            ssh: {key: "%s"}
            droplets:
              - {name: lamp01, public_ip: 1.1.1.1, private_ip: 10.1.1.1}
              - {name: lamp02, public_ip: 2.2.2.2, private_ip: 10.2.2.2}
            """;

    /**
     * Returns the answer of a provisioned droplet of the example inventory to the probe for facts. It has every
     * section, so that the parsers and the planner run as they do for a real droplet.
     */
    static CommandResult answer(String address) {
        StringBuilder facts = new StringBuilder();
        String recorded = BundledResources.text("sessionctl/cli/droplet.txt").replace("OWN", address);
        for (String section : recorded.substring(2).split("\n@ ", -1)) {
            String[] parts = section.split("\n", 2);
            String text = parts.length == 1 ? "" : parts[1].strip();
            String head = parts[0].startsWith("file ")
                    ? parts[0].replaceFirst("file", "file " + text.length())
                    : parts[0] + " " + text.length();
            facts.append(head + "\n" + text + "\n");
        }
        return packed(facts.toString());
    }

    private static CommandResult packed(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return new CommandResult(0, bytes.toString(StandardCharsets.ISO_8859_1), "");
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        Cluster cluster = Inventory.parse("example", BundledResources.text("inventories/example.yml"))
                .orElseThrow(InvalidInventoryException::new);
        Map<String, String> texts = new LinkedHashMap<>();
        TemplateSet.NAMES.forEach(name -> texts.put(name, BundledResources.text("templates/" + name)));
        DesiredStates desired = new DesiredStates(cluster, new TemplateSet(texts));
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        for (RunRenderer report : new RunRenderer[] {new RunText(TextStyle.COLOUR), new RunJson(), new RunMarkdown()}) {
            Progress progress = PlainProgress.elapsed(nowhere, PlainProgress.Detail.STEPS, System::nanoTime);
            try (Fleet fleet =
                    new Fleet(droplet -> new Actor(droplet.privateIp().text()), 3, progress)) {
                Console console = new Console(nowhere, nowhere, report, progress);
                ProvisionAction action = new ProvisionAction(
                        "provision",
                        new ProvisionPlanner(cluster, desired),
                        new RunLeases("provision", fleet, console, Duration.ZERO),
                        false,
                        new Remedies(""));
                Interruption.watch(action, p -> p.dryRun(cluster.droplets(), true));
            }
        }
        ClassPreloader.run();
        callCommands(nowhere);
        return ExitCode.OK;
    }

    /** Runs commands as a user calls them. Those that connect end before that, because there is no such key. */
    private static void callCommands(PrintWriter nowhere) {
        Main.run(nowhere, nowhere, "--help");
        Main.run(nowhere, nowhere, "provision", "--help");
        try {
            Path inventory = Files.createTempFile("sessionctl-warm-up", ".yml");
            try {
                Files.writeString(inventory, INVENTORY.formatted(inventory + ".key"));
                Main.run(nowhere, nowhere, "provision", "-q", "--dry-run", inventory.toString());
                Main.run(nowhere, nowhere, "provision", "-q", inventory.toString());
            } finally {
                Files.deleteIfExists(inventory);
            }
        } catch (IOException e) {
            // A machine may have no temporary folder. A run then loads these classes itself.
        }
    }

    /** A shell that answers every command with the facts of a droplet. */
    private record Actor(String address) implements Shell {
        @Override
        public CommandResult run(sessionctl.command.Command command) {
            return answer(address);
        }

        @Override
        public void close() {}
    }
}
