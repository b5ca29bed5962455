package sessionctl.ssh.route;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.SshOptions;

/**
 * A server to log in to: a droplet, or a jump host on the route to one.
 *
 * @param droplet the droplet at the end of the route
 * @param hop the jump host as it is written; null for the droplet itself
 * @param host the address or name to connect to
 * @param user the login there
 * @param settings the settings of ssh's configuration for it
 * @param previousHop the jump host before it; null for a direct connection
 */
public record Target(
        Droplet droplet,
        @Nullable String hop,
        String host,
        int port,
        String user,
        HostSettings settings,
        @Nullable Target previousHop) {
    public static final String JUMP_HOST = "jump host ";
    private static final Path NO_FILE = Path.of("/dev/null");
    private static final Path SYSTEM_FILE = Path.of("/etc/ssh/ssh_known_hosts");

    /**
     * Returns the key file of the inventory; null for the keys that ssh would use. A jump host with an IdentityFile of
     * its own does not use the inventory's key.
     */
    @Nullable
    public String key() {
        return hop != null && !settings.identityFiles().isEmpty()
                ? null
                : droplet.ssh().key();
    }

    /** Returns the fingerprint that the inventory pins; null to use known_hosts, always for a jump host. */
    @Nullable
    public String pin() {
        return hop == null ? droplet.ssh().hostKey() : null;
    }

    /** Returns the name for new entries of known_hosts: the alias, or the host with its port unless that is 22. */
    public String knownName() {
        return settings.hostKeyAlias() == null ? withPort(host) : settings.hostKeyAlias();
    }

    /**
     * Returns the names to look up in known_hosts: as in ssh only the alias, if there is one. If HostName is a name, it
     * is looked up as well, because ssh has stored the key under it.
     */
    public List<String> knownNames() {
        if (settings.hostKeyAlias() != null) {
            return List.of(settings.hostKeyAlias());
        }
        String name = settings.hostName();
        return name == null || settings.hasAddress()
                ? List.of(withPort(host), host)
                : List.of(withPort(host), host, withPort(name), name);
    }

    private String withPort(String name) {
        return port == HostSettings.DEFAULT_PORT ? name : "[" + name + "]:" + port;
    }

    /** Returns the known_hosts files to read; the first is also written to. */
    public List<Path> knownHosts(SshOptions options) {
        Path given = options.knownHosts();
        if (given != null) {
            return List.of(given);
        }
        List<Path> files = new ArrayList<>();
        settings.knownHosts().stream()
                .filter(file -> !file.equals("none"))
                .forEach(file -> files.add(options.home().resolve(".ssh").resolve(file)));
        if (files.isEmpty() && !settings.knownHosts().isEmpty()) {
            files.add(NO_FILE);
        }
        if (files.isEmpty()) {
            files.add(options.home().resolve(".ssh").resolve("known_hosts"));
        }
        files.add(SYSTEM_FILE);
        return files;
    }

    /** Returns the policy for an unknown host key: the option, else ssh's configuration, else ASK. */
    public HostKeyPolicy policy(SshOptions options) {
        HostKeyPolicy given = options.hostKeyPolicy() == null ? settings.policy() : options.hostKeyPolicy();
        return given == null ? HostKeyPolicy.ASK : given;
    }

    /** Returns the route as text. Targets with the same path can share a connection. */
    public String path() {
        String own = user + "@" + withPort(host);
        return previousHop == null ? own : previousHop.path() + " " + own;
    }

    /** Returns the port for messages, with the address if it is not the droplet's public one. */
    public String describePort() {
        boolean plain = hop != null || host.equals(droplet.publicIp().text());
        return "port " + port + (plain ? "" : " of " + host);
    }

    @Override
    public String toString() {
        return hop == null ? droplet.toString() : droplet + ": " + JUMP_HOST + hop;
    }
}
