package sessionctl.ssh;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;

/**
 * A server to log in to: a droplet, or a jump host on the way to one.
 *
 * @param droplet where the way leads
 * @param hop how the jump host is written; null for the droplet itself
 * @param host the address or name to connect to
 * @param user the login there
 * @param said what ssh's configuration says of it
 * @param via the jump host before it; null where it is reached directly
 */
record Target(
        Droplet droplet,
        @Nullable String hop,
        String host,
        int port,
        String user,
        HostSettings said,
        @Nullable Target via) {
    static final int USUAL_PORT = 22;
    static final String JUMP_HOST = "jump host ";
    private static final KnownHostsFile NOBODYS = new KnownHostsFile(Path.of("/dev/null"));
    private static final Path EVERYBODYS = Path.of("/etc/ssh/ssh_known_hosts");

    /** The droplet, and the way to it. */
    static Target to(Droplet droplet, SshConfig config) throws SshFailure {
        return new Way(droplet, config).target();
    }

    /** The key file that the inventory names for it; null for what ssh would take. */
    @Nullable
    String key() {
        return hop != null && !said.identityFiles().isEmpty()
                ? null
                : droplet.ssh().key();
    }

    /** The fingerprint that the inventory pins; null to go by known_hosts. */
    @Nullable
    String pin() {
        return hop == null ? droplet.ssh().hostKey() : null;
    }

    /** As known_hosts names it. */
    String knownName() {
        return said.hostKeyAlias() == null ? place(host) : said.hostKeyAlias();
    }

    /**
     * The names under which known_hosts may vouch for it: as for ssh the alias alone, where it has one. Where ssh's
     * configuration says by what name it is reached, ssh has written its key down under that one.
     */
    List<String> knownNames() {
        if (said.hostKeyAlias() != null) {
            return List.of(said.hostKeyAlias());
        }
        String name = said.hostName();
        return name == null || said.hasAddress()
                ? List.of(place(host), host)
                : List.of(place(host), host, place(name), name);
    }

    private String place(String name) {
        return port == USUAL_PORT ? name : "[" + name + "]:" + port;
    }

    /** The files of host keys, the first also to write to. */
    List<KnownHostsFile> knownHosts(SshOptions options) {
        Path given = options.knownHosts();
        if (given != null) {
            return List.of(new KnownHostsFile(given));
        }
        List<KnownHostsFile> files = new ArrayList<>();
        said.knownHosts().stream()
                .filter(file -> !file.equals("none"))
                .forEach(file -> files.add(
                        new KnownHostsFile(options.home().resolve(".ssh").resolve(file))));
        if (files.isEmpty() && !said.knownHosts().isEmpty()) {
            files.add(NOBODYS);
        }
        if (files.isEmpty()) {
            files.add(new KnownHostsFile(options.home().resolve(".ssh").resolve("known_hosts")));
        }
        files.add(new KnownHostsFile(EVERYBODYS));
        return files;
    }

    /** What to do about an unknown host key. */
    HostKeyPolicy policy(SshOptions options) {
        HostKeyPolicy given = options.hostKeyPolicy() == null ? said.policy() : options.hostKeyPolicy();
        return given == null ? HostKeyPolicy.ASK : given;
    }

    /** Whom the way leads through, as a name for connections that may be shared. */
    String path() {
        String own = user + "@" + place(host);
        return via == null ? own : via.path() + " " + own;
    }

    /** The port, and the address where it is another than people would think. */
    String where() {
        boolean plain = hop != null || host.equals(droplet.publicIp().text());
        return "port " + port + (plain ? "" : " of " + host);
    }

    @Override
    public String toString() {
        return hop == null ? droplet.toString() : droplet + ": " + JUMP_HOST + hop;
    }
}
