package sessionctl.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sessionctl.desired.TemplateSet;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Origin;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.SshOptions;

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

    @Option(
            names = "--known-hosts",
            paramLabel = "FILE",
            description = "Host keys that are trusted (default: $SESSIONCTL_KNOWN_HOSTS, else ~/.ssh/known_hosts).")
    private @Nullable Path knownHosts;

    @Option(
            names = "--host-key-policy",
            paramLabel = "POLICY",
            defaultValue = "strict",
            description =
                    "For unknown host keys: strict refuses, accept-new trusts and records them (default: strict).")
    private String policy = "strict";

    @Option(
            names = "--connect-timeout",
            paramLabel = "S",
            defaultValue = "10",
            description = "Seconds to wait for a droplet to answer (default: ${DEFAULT-VALUE}).")
    private int connectTimeout;

    private static String env(String name) {
        String value = System.getenv(name);
        return value == null ? "" : value;
    }

    /** The inventory as it was named on the command line; empty where it was not. */
    String given() {
        return wanted.given();
    }

    /** The inventory, read and checked. */
    Cluster cluster() {
        return wanted.cluster();
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
        return Origin.of(new Version().getVersion()[0], wanted.text(), cluster, wanted.templateTexts());
    }

    /** The same command line again, without what it is to do. */
    String again() {
        return (given().isEmpty() ? "" : " " + given())
                + (limit.isEmpty() ? "" : " --limit " + String.join(",", limit))
                + wanted.templatesGiven();
    }

    /** How droplets are reached. */
    SshOptions ssh() {
        Path home = Path.of(System.getProperty("user.home"));
        Path usual = env("SESSIONCTL_KNOWN_HOSTS").isEmpty()
                ? home.resolve(".ssh").resolve("known_hosts")
                : Path.of(env("SESSIONCTL_KNOWN_HOSTS"));
        if (connectTimeout < 1) {
            throw new CliFailure(ExitCode.USAGE, "--connect-timeout: " + connectTimeout + " is not a number from 1 on");
        }
        return new SshOptions(
                knownHosts == null ? usual : knownHosts,
                policy(),
                Duration.ofSeconds(connectTimeout),
                Duration.ofSeconds(5),
                Terminal::passphrase,
                System::getenv,
                home);
    }

    private HostKeyPolicy policy() {
        return switch (policy) {
            case "strict" -> HostKeyPolicy.STRICT;
            case "accept-new" -> HostKeyPolicy.ACCEPT_NEW;
            default ->
                throw new CliFailure(
                        ExitCode.USAGE, "--host-key-policy: \"" + policy + "\" is neither strict nor accept-new");
        };
    }
}
