package sessionctl.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sessionctl.fleet.Progress;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.SshConfig;
import sessionctl.ssh.SshConfigFiles;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.SshjShells;

/** How droplets are reached. */
final class ReachOptions {
    private static final Path HOME = Path.of(System.getProperty("user.home"));

    @Option(
            names = "--known-hosts",
            paramLabel = "FILE",
            description = "Host keys that are trusted (default: $SESSIONCTL_KNOWN_HOSTS, else as for ssh).")
    private @Nullable Path knownHosts;

    @Option(
            names = "--host-key-policy",
            paramLabel = "POLICY",
            description = "For unknown host keys: strict refuses, accept-new trusts and records them, ask asks on a"
                    + " terminal and refuses elsewhere (default: as for ssh, else ask).")
    private @Nullable String policy;

    @Option(
            names = "--connect-timeout",
            paramLabel = "S",
            defaultValue = "10",
            description = "Seconds to wait for a droplet to answer (default: ${DEFAULT-VALUE}).")
    private int connectTimeout;

    @Mixin
    private final SudoOptions sudo = new SudoOptions();

    private @Nullable SshConfig config;

    /** What ssh's own configuration says. */
    SshConfig config() {
        SshConfig read = config == null ? SshConfigFiles.read(HOME, System::getenv) : config;
        config = read;
        return read;
    }

    /** The way to the droplets; asks for what has to be asked before, and later beside the progress. */
    SshjShells shells(Progress progress) {
        if (connectTimeout < 1) {
            throw new CliFailure(ExitCode.USAGE, "--connect-timeout: " + connectTimeout + " is not a number from 1 on");
        }
        SshOptions options = new SshOptions(
                knownHosts(),
                policy(),
                Duration.ofSeconds(connectTimeout),
                Duration.ofSeconds(5),
                new TerminalOperator(sudo.password(), progress),
                System::getenv,
                HOME);
        return new SshjShells(options, config());
    }

    /** The options as they were given; empty where they were not. */
    List<String> given() {
        List<String> words = new ArrayList<>();
        if (knownHosts != null) {
            words.addAll(List.of("--known-hosts", knownHosts.toString()));
        }
        if (policy != null) {
            words.addAll(List.of("--host-key-policy", policy));
        }
        words.addAll(sudo.given());
        return words;
    }

    private @Nullable Path knownHosts() {
        String usual = System.getenv("SESSIONCTL_KNOWN_HOSTS");
        if (knownHosts != null || usual == null || usual.isEmpty()) {
            return knownHosts;
        }
        return Path.of(usual);
    }

    private @Nullable HostKeyPolicy policy() {
        if (policy == null) {
            return null;
        }
        return switch (policy) {
            case "strict" -> HostKeyPolicy.STRICT;
            case "accept-new" -> HostKeyPolicy.ACCEPT_NEW;
            case "ask" -> HostKeyPolicy.ASK;
            default ->
                throw new CliFailure(
                        ExitCode.USAGE, "--host-key-policy: \"" + policy + "\" is neither strict, accept-new nor ask");
        };
    }
}
