package sessionctl.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sessionctl.action.ActionFailure;
import sessionctl.action.BuildInfo;
import sessionctl.action.ExitCode;
import sessionctl.action.Terminal;
import sessionctl.command.Invocation;
import sessionctl.desired.TemplateSet;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Php;
import sessionctl.plan.PlanInputs;
import sessionctl.ssh.transport.SshjShells;

/** The options of every command that connects to a cluster: inventory, limit, concurrency and connection. */
final class ClusterOptions {
    @Mixin
    private final InventoryOptions droplets = new InventoryOptions();

    @Option(
            names = "--limit",
            split = ",",
            paramLabel = "NAME",
            description = "Only these droplets: names, patterns with * and ?, and !NAME to leave some out.")
    private @Nullable List<String> limit;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "20",
            description = "Droplets to work on at the same time (default: ${DEFAULT-VALUE}).")
    private int concurrency;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Php php = Php.AUTO;

    /** Returns the PHP that the inventory names, once it has been read. */
    Php php() {
        return php;
    }

    /** Returns the inventory's file name as it was given on the command line; empty if it was not given. */
    String given() {
        return droplets.given();
    }

    /**
     * Reads and checks the inventory, completed by the configuration of ssh. Prints a warning for each setting there
     * that sessionctl does not support or that does not fit the droplets.
     *
     * @throws InvalidInventoryException if the inventory has problems
     * @throws ActionFailure if it cannot be read
     */
    Cluster cluster() {
        Cluster cluster = droplets.cluster(connection.config());
        php = cluster.php();
        connection
                .config()
                .warnings(cluster.droplets())
                .forEach(remark ->
                        spec.commandLine().getErr().println(Terminal.current().wrapped("warning: " + remark)));
        return cluster;
    }

    /**
     * Returns the droplets that {@code --limit} selects, or all, in the inventory's order.
     *
     * @throws ActionFailure if a name or pattern of {@code --limit} matches no droplet, or no droplet is left
     */
    List<Droplet> chosen(Cluster cluster) {
        if (limit != null && limit.stream().allMatch(String::isBlank)) {
            throw new ActionFailure(ExitCode.USAGE, "--limit names no droplet; name one, or leave the option out");
        }
        return DropletSelection.of(patterns(), cluster.droplets());
    }

    private List<String> patterns() {
        return limit == null ? List.of() : limit;
    }

    /** Returns true if {@code --limit} was given. */
    boolean isLimited() {
        return limit != null;
    }

    /** Returns the file and the text of the inventory, for commands that edit it. */
    InventoryOptions inventory() {
        return droplets;
    }

    /**
     * Returns the number of droplets to work on at once.
     *
     * @throws ActionFailure if it is less than 1
     */
    int concurrency() {
        if (concurrency < 1) {
            throw new ActionFailure(ExitCode.USAGE, "--concurrency must be 1 or more (got " + concurrency + ")");
        }
        return concurrency;
    }

    /** Returns the templates, each from the folder of {@code --templates} or as shipped. */
    TemplateSet templates() {
        return droplets.templates();
    }

    /** Returns the digests of everything that this run's plans depend on, except for the droplets. */
    PlanInputs origin(Cluster cluster) {
        return PlanInputs.of(BuildInfo.full(), droplets.text(), cluster, droplets.templateTexts());
    }

    /** Returns how sessionctl was called, for commands in messages. */
    Invocation invocation() {
        List<String> words = new ArrayList<>(droplets.options());
        words.addAll(connection.given());
        return new Invocation(given(), words);
    }

    /**
     * Returns the command line that repeats this call, with the same inventory, {@code --limit} and connection options.
     *
     * @param more further options of the command
     */
    String invocationWith(String command, String... more) {
        return invocationWith(List.of(command), more);
    }

    /**
     * Returns the command line that repeats this call, with the same inventory, {@code --limit} and connection options.
     *
     * @param command the command with its arguments before the inventory
     * @param more further options of the command
     */
    String invocationWith(List<String> command, String... more) {
        List<String> words = new ArrayList<>();
        if (limit != null) {
            words.addAll(List.of("--limit", String.join(",", limit)));
        }
        words.addAll(List.of(more));
        return invocation().command(command, words.toArray(String[]::new));
    }

    /**
     * Opens connections to the droplets.
     *
     * @param progress pauses while a question is asked on the terminal
     */
    SshjShells shells(Progress progress) {
        return connection.shells(progress);
    }
}
