package sessionctl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.action.IoMessages;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;
import sessionctl.inventory.SshAccess;
import sessionctl.inventory.discovery.InventoryText;
import sessionctl.lab.LabScript;

/** The {@code lab up} command: boots the hosts of the lab that do not run yet. */
@Command(
        name = "up",
        description = "Boot test servers; running ones are not touched.",
        footerHeading = "%nExample:%n",
        footer = {
            "  sudo sessionctl lab up --inventory production.yml",
            "  sudo sessionctl lab exec -- sessionctl provision --dry-run"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all hosts are running", "1:something failed", "5:wrong usage or inventory"})
final class LabUpCommand implements Callable<Integer> {
    private static final int MAX_DROPLETS = 200;

    @Option(names = "--droplets", paramLabel = "N", description = "This many, named lamp01 and on (default: 3).")
    private @Nullable Integer droplets;

    @Option(
            names = "--inventory",
            paramLabel = "FILE",
            description = "Boot the droplets of this inventory, with their names and addresses.")
    private @Nullable Path inventory;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            defaultValue = "debian:12",
            completionCandidates = Images.class,
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private String image = "debian:12";

    @Option(
            names = "--disk",
            paramLabel = "SIZE",
            description = "Give each host its own disk of this size, such as 1500M.")
    private @Nullable String disk;

    /** The values of --image, for completions. */
    static final class Images implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return LabScript.images().iterator();
        }
    }

    private final LabScript lab;

    LabUpCommand() {
        this(LabScript.chosen());
    }

    LabUpCommand(LabScript lab) {
        this.lab = lab;
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (droplets != null && (inventory != null || droplets < 1 || droplets > MAX_DROPLETS)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--droplets must be from 1 to " + MAX_DROPLETS + ", and cannot be combined with --inventory");
        }
        return up(inventory == null ? numbered(droplets == null ? 3 : droplets) : read(inventory));
    }

    /**
     * Boots the test servers for a cluster, and writes the inventory by which they are reached to the lab's folder.
     *
     * @return the exit code
     */
    int up(Cluster wanted) {
        LabRun.requireRoot();
        Cluster cluster = withLabKey(wanted, lab);
        List<String> arguments = new ArrayList<>(List.of("up", "--image", image));
        if (disk != null) {
            arguments.addAll(List.of("--disk", disk));
        }
        int code = LabRun.run(lab, arguments, table(cluster), java.util.Map.of());
        if (code == ExitCode.OK) {
            write(lab.folder().resolve("inventory.yml"), InventoryText.of(cluster));
        }
        return code;
    }

    /** Returns a cluster like that of inventories/lab.yml, with this many droplets, named lamp01 and on. */
    static Cluster numbered(int count) {
        String text = "droplets:\n"
                + IntStream.rangeClosed(1, count)
                        .mapToObj(i -> String.format(
                                "  - {name: lamp%02d, public_ip: 10.99.0.%d, private_ip: 10.98.0.%d}%n", i, i, i))
                        .collect(Collectors.joining());
        return Inventory.parse("(lab)", text).orElseThrow(InvalidInventoryException::new);
    }

    private static Cluster read(Path file) {
        try {
            return Inventory.parse(file.toString(), Files.readString(file), System.getenv())
                    .orElseThrow(InvalidInventoryException::new);
        } catch (IOException e) {
            throw new ActionFailure(
                    ExitCode.USAGE, file + ": cannot be read (" + IoMessages.of(e) + "); name an inventory");
        }
    }

    /** Returns the cluster with the lab's own SSH key, so that an inventory can be tried without its real key. */
    private static Cluster withLabKey(Cluster cluster, LabScript lab) {
        List<Droplet> reached = cluster.droplets().stream()
                .map(d -> new Droplet(
                        d.name(),
                        d.publicIp(),
                        d.privateIp(),
                        new SshAccess(
                                d.ssh().user(),
                                d.ssh().port(),
                                lab.folder().resolve("id_ed25519").toString(),
                                null,
                                null),
                        null, // a test server's private address is on eth1, whatever the inventory calls the interface
                        d.leaving()))
                .toList();
        return new Cluster(
                cluster.name(), reached, cluster.memcached(), cluster.sessions(), cluster.php(), cluster.firewall());
    }

    private static String table(Cluster cluster) {
        return cluster.droplets().stream()
                .map(d -> String.join(
                        " ",
                        d.name(),
                        d.publicIp().text(),
                        d.privateIp().text(),
                        Integer.toString(d.ssh().port()),
                        d.ssh().user()))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(
                    file, "# The lab's test servers, with the lab's own key.\n" + text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ActionFailure(ExitCode.FAILED, file + ": cannot be written (" + IoMessages.of(e) + ")");
        }
    }
}
