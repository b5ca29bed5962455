package sessionctl.ssh;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import java.io.IOException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.KnownHosts.Line;
import sessionctl.ssh.KnownHosts.Marker;

/** What known_hosts says of the key that a droplet shows. */
final class KnownHostKeys extends HostKeyCheck {
    private static final int USUAL_PORT = 22;
    private static final int HOST_CERTIFICATE = 2;

    private final KnownHostsFile file;
    private final HostKeyPolicy policy;

    private enum Standing {
        TRUSTED,
        UNKNOWN,
        REFUSED
    }

    private record Opinion(Standing standing, String sentence) {}

    KnownHostKeys(Droplet droplet, SshOptions options) {
        super(droplet);
        this.file = new KnownHostsFile(options.knownHosts());
        this.policy = options.hostKeyPolicy();
    }

    @Override
    List<String> preferredAlgorithms() {
        try {
            return about(file.read()).stream()
                    .filter(line -> !line.is(Marker.REVOKED))
                    .flatMap(line -> line.is(Marker.CERT_AUTHORITY)
                            ? certificateAlgorithms()
                            : algorithms(line.key().type()).stream())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    @Nullable
    SshFailure judge(HostKey shown, PublicKey key) {
        try {
            Opinion opinion = opinion(file.read(), shown, key);
            if (opinion.standing() == Standing.UNKNOWN && policy == HostKeyPolicy.ACCEPT_NEW) {
                return writeDown(shown, key);
            }
            return refusal(opinion);
        } catch (IOException e) {
            return refusal("known_hosts cannot be used: " + e.getMessage() + "; mend " + file.path()
                    + " or name another file with --known-hosts");
        }
    }

    /** Another thread or process may have met the droplet meanwhile: what it wrote down is judged under the lock. */
    private @Nullable SshFailure writeDown(HostKey shown, PublicKey key) throws IOException {
        KnownHosts before = file.append(known -> opinion(known, shown, key).standing() == Standing.UNKNOWN
                ? Optional.of(known.newLine(name(), shown))
                : Optional.empty());
        Opinion opinion = opinion(before, shown, key);
        return opinion.standing() == Standing.UNKNOWN ? null : refusal(opinion);
    }

    private @Nullable SshFailure refusal(Opinion opinion) {
        return opinion.standing() == Standing.TRUSTED ? null : refusal(opinion.sentence());
    }

    private Opinion opinion(KnownHosts known, HostKey shown, PublicKey key) {
        List<Line> about = about(known);
        for (Line line : about) {
            if (line.is(Marker.REVOKED) && (line.key().equals(shown) || signs(line, key))) {
                return new Opinion(Standing.REFUSED, revoked(shown, line));
            }
        }
        if (about.stream().anyMatch(line -> vouches(line, shown, key))) {
            return new Opinion(Standing.TRUSTED, "");
        }
        return contradiction(known, shown)
                .map(sentence -> new Opinion(Standing.REFUSED, sentence))
                .orElseGet(() -> new Opinion(Standing.UNKNOWN, unknown(shown)));
    }

    /** As for ssh, a line without a port may vouch for a key on any port, but does not speak against one. */
    private Optional<String> contradiction(KnownHosts known, HostKey shown) {
        List<Line> own = known.about(List.of(name())).stream()
                .filter(line -> line.is(Marker.NONE))
                .toList();
        return own.stream()
                .filter(line -> line.key().type().equals(shown.type()))
                .findFirst()
                .map(line -> changed(shown, line))
                .or(() -> own.stream().findFirst().map(line -> otherType(shown, line)));
    }

    private static boolean vouches(Line line, HostKey shown, PublicKey key) {
        return line.is(Marker.NONE) ? line.key().equals(shown) : line.is(Marker.CERT_AUTHORITY) && signs(line, key);
    }

    /** Whether the line's key signed this host certificate; sshj has checked the signature, the names and the dates. */
    private static boolean signs(Line line, PublicKey key) {
        return key instanceof Certificate<?> certificate
                && certificate.getType() == HOST_CERTIFICATE
                && Base64.getEncoder()
                        .encodeToString(certificate.getSignatureKey())
                        .equals(line.key().base64());
    }

    private static Stream<String> certificateAlgorithms() {
        return Stream.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
                .map(type -> type + "-cert-v01@openssh.com");
    }

    private List<Line> about(KnownHosts known) {
        return known.about(List.of(name(), address()));
    }

    private String address() {
        return droplet().publicIp().text();
    }

    private int port() {
        return droplet().ssh().port();
    }

    /** The droplet as known_hosts names it. */
    private String name() {
        return port() == USUAL_PORT ? address() : "[" + address() + "]:" + port();
    }

    private String unknown(HostKey shown) {
        return "its host key " + shown + " is not in " + file.path()
                + "; compare the fingerprint on the droplet's console, then run again with --host-key-policy accept-new,"
                + " or: ssh-keyscan -p " + port() + " " + address() + " >> " + file.path();
    }

    private String changed(HostKey shown, Line line) {
        return "its host key has changed: it shows " + shown + ", but " + file.path() + ":" + line.number() + " knows "
                + line.key() + "; somebody may be in between; if it was rebuilt on purpose, forget the old key: "
                + forget();
    }

    private String otherType(HostKey shown, Line line) {
        return "it shows the host key " + shown + ", but " + file.path() + ":" + line.number() + " knows only "
                + line.key() + "; if its keys were replaced on purpose, forget the old one: " + forget();
    }

    private String revoked(HostKey shown, Line line) {
        return "its host key " + shown + " is revoked by " + file.path() + ":" + line.number()
                + "; give the droplet a new host key (rm /etc/ssh/ssh_host_*; ssh-keygen -A) before you use it again";
    }

    private String forget() {
        return "ssh-keygen -f " + file.path() + " -R '" + name() + "'";
    }
}
