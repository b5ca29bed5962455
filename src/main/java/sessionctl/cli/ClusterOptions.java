package sessionctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sessionctl.command.Invocation;
import sessionctl.desired.TemplateSet;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Origin;
import sessionctl.ssh.SshjShells;

/** What every command that works on a cluster understands. */
final class ClusterOptions {
    @Mixin
    private final InventoryOptions wanted = new InventoryOptions();

    @Option(names = "--limit", split = ",", paramLabel = "NAME", description = "Change only these droplets.")
    private List<String> limit = new ArrayList<>();

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "20",
            description = "Droplets worked on at once (default: ${DEFAULT-VALUE}).")
    private int concurrency;

    @Mixin
    private final ReachOptions reach = new ReachOptions();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** The inventory as it was named on the command line; empty where it was not. */
    String given() {
        return wanted.given();
    }

    /** The inventory, read and checked, and how ssh's configuration completes it. */
    Cluster cluster() {
        Cluster cluster = wanted.cluster(reach.config());
        reach.config()
                .remarks(cluster.droplets())
                .forEach(remark -> spec.commandLine().getErr().println("warning: " + remark));
        return cluster;
    }

    /** The droplets that may be changed. */
    List<Droplet> chosen(Cluster cluster) {
        Set<String> wanted = new LinkedHashSet<>(limit);
        List<Droplet> chosen = cluster.droplets().stream()
                .filter(d -> wanted.isEmpty() || wanted.contains(d.name()))
                .toList();
        chosen.forEach(d -> wanted.remove(d.name()));
        if (!wanted.isEmpty()) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--limit: the inventory has no droplet " + String.join(", ", wanted) + "; it has "
                            + String.join(
                                    ", ",
                                    cluster.droplets().stream()
                                            .map(Droplet::name)
                                            .toList()));
        }
        return chosen;
    }

    /** The number of droplets worked on at once. */
    int concurrency() {
        if (concurrency < 1) {
            throw new CliFailure(ExitCode.USAGE, "--concurrency: " + concurrency + " is not a number from 1 on");
        }
        return concurrency;
    }

    /** The templates, each from the given folder or as shipped. */
    TemplateSet templates() {
        return wanted.templates();
    }

    /** What the plans of this run are made from besides the droplets. */
    Origin origin(Cluster cluster) {
        return Origin.of(Version.whole(), wanted.text(), cluster, wanted.templateTexts());
    }

    /** How sessionctl was called. */
    Invocation invocation() {
        List<String> words = new ArrayList<>(wanted.options());
        words.addAll(reach.given());
        return new Invocation(given(), words);
    }

    /** The same command line again, with other options of its command. */
    String again(String command, String... more) {
        List<String> words = new ArrayList<>();
        if (!limit.isEmpty()) {
            words.addAll(List.of("--limit", String.join(",", limit)));
        }
        words.addAll(List.of(more));
        return invocation().command(command, words.toArray(String[]::new));
    }

    /** The way to the droplets; what has to be asked is asked beside the progress. */
    SshjShells shells(Progress progress) {
        return reach.shells(progress);
    }
}
