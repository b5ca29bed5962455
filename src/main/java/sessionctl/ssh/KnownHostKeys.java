package sessionctl.ssh;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import java.io.IOException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.command.ShellQuote;
import sessionctl.ssh.KnownHosts.Line;
import sessionctl.ssh.KnownHosts.Marker;

/** What known_hosts says of the key that a droplet shows. */
final class KnownHostKeys extends HostKeyCheck {
    private static final int HOST_CERTIFICATE = 2;

    private final List<KnownHostsFile> files;
    private final HostKeyPolicy policy;
    private volatile @Nullable HostKey unknown;
    private volatile @Nullable HostKey trusted;

    private enum Standing {
        TRUSTED,
        UNKNOWN,
        REFUSED
    }

    private record Opinion(Standing standing, String sentence) {}

    /** A line and the file that it is in. */
    private record Entry(KnownHostsFile file, Line line) {
        HostKey key() {
            return line.key();
        }

        boolean is(Marker marker) {
            return line.is(marker);
        }

        String place() {
            return file.path() + ":" + line.number();
        }
    }

    KnownHostKeys(Target target, SshOptions options) {
        super(target);
        this.files = target.knownHosts(options);
        this.policy = target.policy(options);
    }

    @Override
    @Nullable
    HostKey unknown() {
        return unknown;
    }

    @Override
    void trust(HostKey key) {
        unknown = null;
        trusted = key;
    }

    @Override
    void writeDown(HostKey key) throws IOException {
        file().append(known -> Optional.of(known.newLine(name(), key, hashes())));
    }

    @Override
    List<String> preferredAlgorithms() {
        try {
            return about(read()).stream()
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
            Opinion opinion = opinion(read(), shown, key);
            unknown = opinion.standing() == Standing.UNKNOWN ? shown : null;
            if (opinion.standing() == Standing.UNKNOWN && policy == HostKeyPolicy.ACCEPT_NEW) {
                return metUnderLock(shown, key);
            }
            if (opinion.standing() == Standing.UNKNOWN && shown.equals(trusted)) {
                unknown = null;
                return null;
            }
            return refusal(opinion);
        } catch (IOException e) {
            return unusable(e);
        }
    }

    /** Why a key that somebody else vouches for is refused all the same: it is revoked; null where it is not. */
    @Nullable
    SshFailure judgeRevoked(HostKey shown, PublicKey key) {
        try {
            return revocation(about(read()), shown, key).map(this::refusal).orElse(null);
        } catch (IOException e) {
            return unusable(e);
        }
    }

    private SshFailure unusable(IOException e) {
        return refusal("known_hosts cannot be used: " + e.getMessage() + "; mend " + file().path()
                + " or name another file with --known-hosts");
    }

    /** Another thread or process may have met the droplet meanwhile: what it wrote down is judged under the lock. */
    private @Nullable SshFailure metUnderLock(HostKey shown, PublicKey key) throws IOException {
        KnownHosts before = file().append(known ->
                opinion(entries(file(), known), shown, key).standing() == Standing.UNKNOWN
                        ? Optional.of(known.newLine(name(), shown, hashes()))
                        : Optional.empty());
        Opinion opinion = opinion(entries(file(), before), shown, key);
        return opinion.standing() == Standing.UNKNOWN ? null : refusal(opinion);
    }

    private @Nullable SshFailure refusal(Opinion opinion) {
        return opinion.standing() == Standing.TRUSTED ? null : refusal(opinion.sentence());
    }

    private Opinion opinion(List<Entry> known, HostKey shown, PublicKey key) {
        List<Entry> about = about(known);
        Optional<String> revocation = revocation(about, shown, key);
        if (revocation.isPresent()) {
            return new Opinion(Standing.REFUSED, revocation.get());
        }
        if (about.stream().anyMatch(line -> vouches(line, shown, key))) {
            return new Opinion(Standing.TRUSTED, "");
        }
        return contradiction(known, shown)
                .map(sentence -> new Opinion(Standing.REFUSED, sentence))
                .orElseGet(() -> new Opinion(Standing.UNKNOWN, unknown(shown)));
    }

    private Optional<String> revocation(List<Entry> about, HostKey shown, PublicKey key) {
        return about.stream()
                .filter(line -> line.is(Marker.REVOKED))
                .filter(line -> line.key().equals(shown) || signs(line, key))
                .findFirst()
                .map(line -> revoked(shown, line));
    }

    /** As for ssh, a line without a port may vouch for a key on any port, but does not speak against one. */
    private Optional<String> contradiction(List<Entry> known, HostKey shown) {
        List<Entry> own = known.stream()
                .filter(entry -> entry.line().names(name()) && entry.is(Marker.NONE))
                .toList();
        return own.stream()
                .filter(line -> line.key().type().equals(shown.type()))
                .findFirst()
                .map(line -> changed(shown, line))
                .or(() -> own.stream().findFirst().map(line -> otherType(shown, line)));
    }

    private static boolean vouches(Entry line, HostKey shown, PublicKey key) {
        return line.is(Marker.NONE) ? line.key().equals(shown) : line.is(Marker.CERT_AUTHORITY) && signs(line, key);
    }

    /** Whether the line's key signed this host certificate; sshj has checked the signature, the names and the dates. */
    private static boolean signs(Entry line, PublicKey key) {
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

    private List<Entry> read() throws IOException {
        List<Entry> all = new ArrayList<>();
        for (KnownHostsFile each : files) {
            all.addAll(entries(each, each.read()));
        }
        return all;
    }

    private static List<Entry> entries(KnownHostsFile file, KnownHosts known) {
        return known.lines().stream().map(line -> new Entry(file, line)).toList();
    }

    private List<Entry> about(List<Entry> known) {
        return known.stream()
                .filter(entry -> target().knownNames().stream().anyMatch(entry.line()::names))
                .toList();
    }

    private KnownHostsFile file() {
        return files.get(0);
    }

    /** The server as known_hosts names it. */
    private String name() {
        return target().knownName();
    }

    private boolean hashes() {
        return target().said().hashes();
    }

    private String unknown(HostKey shown) {
        return "its host key " + shown + " is not in " + file().path()
                + "; compare the fingerprint on its console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then run"
                + " again with --host-key-policy accept-new";
    }

    private String changed(HostKey shown, Entry line) {
        return "its host key has changed: it shows " + shown + ", but " + line.place() + " knows "
                + line.key() + "; somebody may be in between; if it was rebuilt on purpose, forget the old key: "
                + forget(line);
    }

    private String otherType(HostKey shown, Entry line) {
        return "it shows the host key " + shown + ", but " + line.place() + " knows only " + line.key()
                + "; if its keys were replaced on purpose, forget the old one: " + forget(line);
    }

    private String revoked(HostKey shown, Entry line) {
        return "its host key " + shown + " is revoked by " + line.place()
                + "; give the droplet a new host key (rm /etc/ssh/ssh_host_*; ssh-keygen -A) before you use it again";
    }

    private String forget(Entry line) {
        return "ssh-keygen -f " + ShellQuote.quote(line.file().path().toString()) + " -R '" + name() + "'";
    }
}
