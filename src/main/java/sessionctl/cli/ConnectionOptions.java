package sessionctl.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.fleet.Progress;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.route.SshConfig;
import sessionctl.ssh.route.SshConfigFiles;
import sessionctl.ssh.transport.SshjShells;

/** The options for SSH connections. */
final class ConnectionOptions {
    private static final Path HOME = Path.of(System.getProperty("user.home"));

    @Mixin
    private final KnownHostsOption knownHosts = new KnownHostsOption();

    @Option(
            names = "--host-key-policy",
            paramLabel = "POLICY",
            description = "For unknown host keys: strict refuses, accept-new trusts and records them, ask asks on a"
                    + " terminal and refuses without one (default: as for ssh, otherwise ask).")
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

    /** Reads the configuration files of ssh. */
    static SshConfig readConfig() {
        return SshConfigFiles.read(HOME, System::getenv);
    }

    /** Returns the configuration of ssh; reads its files at the first call. */
    SshConfig config() {
        SshConfig read = config == null ? readConfig() : config;
        config = read;
        return read;
    }

    /**
     * Creates the connections to the droplets; opens none. Asks for the sudo password if an option requires it.
     *
     * @param progress pauses while a later question is asked on the terminal
     * @throws ActionFailure if an option's value is invalid
     */
    SshjShells shells(Progress progress) {
        if (connectTimeout < 1) {
            throw new ActionFailure(ExitCode.USAGE, "--connect-timeout must be 1 or more (got " + connectTimeout + ")");
        }
        SshOptions options = new SshOptions(
                knownHosts.file(),
                policy(),
                Duration.ofSeconds(connectTimeout),
                Duration.ofSeconds(5),
                new TerminalPrompter(sudo.password(), progress),
                System::getenv,
                HOME);
        return new SshjShells(options, config());
    }

    /** Returns the options that were given and that another command needs, too; empty if there are none. */
    List<String> given() {
        List<String> words = new ArrayList<>(knownHosts.given());
        if (policy != null) {
            words.addAll(List.of("--host-key-policy", policy));
        }
        words.addAll(sudo.given());
        return words;
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
                throw new ActionFailure(
                        ExitCode.USAGE, "--host-key-policy must be strict, accept-new or ask (got \"" + policy + "\")");
        };
    }
}
