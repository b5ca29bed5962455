package sessionctl.ssh.route;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.SshAccess;

/** The command line with which ssh(1) logs in to a droplet as sessionctl does. */
public final class SshCommandLine {
    private SshCommandLine() {}

    /**
     * Returns the words of the command line.
     *
     * @param droplet a droplet whose login, port and jump hosts are resolved
     * @param knownHosts the only file of trusted host keys; null for those of ssh
     * @param command the words to run there, which ssh joins with spaces; empty for a login
     */
    public static List<String> of(Droplet droplet, SshConfig config, @Nullable Path knownHosts, List<String> command) {
        SshAccess ssh = droplet.ssh();
        HostSettings settings = config.settingsOf(droplet);
        List<String> words = new ArrayList<>(List.of("ssh", "-l", ssh.user(), "-p", String.valueOf(ssh.port())));
        addKeys(words, ssh, settings);
        addJump(words, ssh, settings);
        addKnownHosts(words, settings, knownHosts);
        words.add(
                ssh.address() == SshAccess.Address.PRIVATE
                        ? droplet.privateIp().text()
                        : droplet.publicIp().text());
        if (!command.isEmpty()) {
            // ssh reads options after the address, too, up to this.
            words.add("--");
            words.addAll(command);
        }
        return words;
    }

    private static void addKeys(List<String> words, SshAccess ssh, HostSettings settings) {
        if (ssh.key() != null) {
            words.addAll(List.of("-i", literal(ssh.key()), "-o", "IdentitiesOnly=yes"));
        } else {
            settings.identityFiles().stream()
                    .filter(file -> !file.equals("none"))
                    .forEach(file -> words.addAll(List.of("-i", literal(file))));
        }
    }

    private static void addJump(List<String> words, SshAccess ssh, HostSettings settings) {
        if (!ssh.jump().isEmpty()) {
            words.addAll(
                    List.of("-J", ssh.jump().stream().map(JumpHost::toString).collect(Collectors.joining(","))));
        } else if (settings.jump() != null && !settings.jump().isEmpty()) {
            words.addAll(List.of("-J", JumpHost.NONE));
        }
    }

    private static void addKnownHosts(List<String> words, HostSettings settings, @Nullable Path knownHosts) {
        if (knownHosts != null) {
            words.addAll(List.of(
                    "-o",
                    "UserKnownHostsFile=" + quoted(knownHosts.toString()),
                    "-o",
                    "GlobalKnownHostsFile=/dev/null"));
        } else if (!settings.knownHosts().isEmpty()) {
            words.addAll(List.of(
                    "-o",
                    "UserKnownHostsFile="
                            + settings.knownHosts().stream()
                                    .map(SshCommandLine::quoted)
                                    .collect(Collectors.joining(" "))));
        }
        if (settings.hostKeyAlias() != null) {
            words.addAll(List.of("-o", "HostKeyAlias=" + settings.hostKeyAlias()));
        }
    }

    /** Quotes a file name for an option of ssh_config(5), in which blanks separate files. */
    private static String quoted(String file) {
        return file.matches("\\S+") ? literal(file) : '"' + literal(file) + '"';
    }

    /** Escapes the tokens that ssh replaces in a file name (TOKENS in ssh_config(5)). */
    private static String literal(String file) {
        return file.replace("%", "%%");
    }
}
