package sessionctl.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
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
    /** Returns the answer of a droplet of the example inventory to the probe for facts. */
    private static String answer(String address) {
        StringBuilder facts = new StringBuilder();
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put("os", "ID=debian\nVERSION_ID=12\nPRETTY_NAME=Debian");
        sections.put("init", "systemd");
        sections.put("packages", "ii  dpkg 1.21");
        sections.put("interrupted", "no");
        sections.put("addresses", "2: eth1 inet " + address + "/16 scope global eth1");
        sections.put("services", "Id=memcached.service\nActiveState=active\nUnitFileState=enabled\nMainPID=1");
        sections.put("memcached", "/usr/bin/memcached\n-m\n64");
        sections.put("links", "");
        sections.put("owed", "");
        facts.append("file 6 644 root:root /etc/memcached.conf\n-m 64\n\n");
        sections.put("end", "");
        sections.forEach((name, text) -> facts.append(name + " " + text.length() + "\n" + text + "\n"));
        return facts.toString();
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
        return ExitCode.OK;
    }

    /** A shell that answers every command with the facts of a droplet. */
    private record Actor(String address) implements Shell {
        @Override
        public CommandResult run(sessionctl.command.Command command) {
            return packed(answer(address));
        }

        @Override
        public void close() {}
    }
}
