package sessionctl.ssh.hostkey;

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
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.hostkey.KnownHosts.Line;
import sessionctl.ssh.hostkey.KnownHosts.Marker;
import sessionctl.ssh.route.Target;

/** A check of a server's key against known_hosts. */
final class KnownHostKeys extends HostKeyCheck {
    private static final int HOST_CERTIFICATE = 2;

    private final List<KnownHostsFile> files;
    private final HostKeyPolicy policy;
    private volatile @Nullable HostKey unknown;
    private volatile @Nullable HostKey trusted;

    /**
     * A judgement of a key.
     *
     * @param unknown true if known_hosts has no entry for this host
     * @param refusal the reason for which the key is not trusted; null if it is
     */
    private record Verdict(boolean unknown, @Nullable String refusal) {}

    KnownHostKeys(Target target, SshOptions options) {
        super(target);
        this.files =
                target.knownHosts(options).stream().map(KnownHostsFile::new).toList();
        this.policy = target.policy(options);
    }

    /** Returns the refused key if known_hosts has no entry for this host; otherwise null. */
    @Nullable
    HostKey unknown() {
        return unknown;
    }

    /** Accepts a key as the server's from now on. */
    void trust(HostKey key) {
        unknown = null;
        trusted = key;
    }

    /** Appends a trusted key to known_hosts. */
    void record(HostKey key) throws IOException {
        file().append(known -> Optional.of(known.newLine(name(), key, hashes())));
    }

    @Override
    List<String> preferredAlgorithms() {
        try {
            return linesOfTarget(read()).stream()
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
            Verdict verdict = judgeBy(read(), shown, key);
            unknown = verdict.unknown() ? shown : null;
            if (verdict.unknown() && policy == HostKeyPolicy.ACCEPT_NEW) {
                return addUnlessKnown(shown, key);
            }
            if (verdict.unknown() && shown.equals(trusted)) {
                unknown = null;
                return null;
            }
            return refusal(verdict);
        } catch (IOException e) {
            return unusable(e);
        }
    }

    /**
     * Returns why a key that matches the inventory's fingerprint is refused all the same: it is revoked. Null if it is
     * not.
     */
    @Nullable
    SshFailure judgeRevoked(HostKey shown, PublicKey key) {
        try {
            return findRevocation(read(), shown, key).map(this::refusal).orElse(null);
        } catch (IOException e) {
            return unusable(e);
        }
    }

    private SshFailure unusable(IOException e) {
        return refusal("known_hosts cannot be used: " + e.getMessage() + "; fix " + file().path()
                + " or name another file with --known-hosts");
    }

    /**
     * Adds the key to known_hosts if it is still unknown. Another thread or process may have added an entry during that
     * time, so the file is judged again under its lock.
     */
    private @Nullable SshFailure addUnlessKnown(HostKey shown, PublicKey key) throws IOException {
        KnownHosts before = file().append(known -> judgeBy(known, shown, key).unknown()
                ? Optional.of(known.newLine(name(), shown, hashes()))
                : Optional.empty());
        Verdict verdict = judgeBy(before, shown, key);
        return verdict.unknown() ? null : refusal(verdict);
    }

    private @Nullable SshFailure refusal(Verdict verdict) {
        return verdict.refusal() == null ? null : refusal(verdict.refusal());
    }

    private Verdict judgeBy(KnownHosts known, HostKey shown, PublicKey key) {
        Optional<String> revocation = findRevocation(known, shown, key);
        if (revocation.isPresent()) {
            return new Verdict(false, revocation.get());
        }
        if (linesOfTarget(known).stream().anyMatch(line -> confirms(line, shown, key))) {
            return new Verdict(false, null);
        }
        return findContradiction(known, shown)
                .map(sentence -> new Verdict(false, sentence))
                .orElseGet(() -> new Verdict(true, describeUnknown(shown)));
    }

    private Optional<String> findRevocation(KnownHosts known, HostKey shown, PublicKey key) {
        return linesOfTarget(known).stream()
                .filter(line -> line.is(Marker.REVOKED))
                .filter(line -> line.key().equals(shown) || signs(line, key))
                .findFirst()
                .map(line -> describeRevoked(shown, line));
    }

    /**
     * Finds an entry that contradicts the key. As in ssh, a line without a port can confirm a key on any port, but does
     * not contradict one.
     */
    private Optional<String> findContradiction(KnownHosts known, HostKey shown) {
        List<Line> own = known.linesOf(List.of(name())).stream()
                .filter(line -> line.is(Marker.NONE))
                .toList();
        return own.stream()
                .filter(line -> line.key().type().equals(shown.type()))
                .findFirst()
                .map(line -> describeChanged(shown, line))
                .or(() -> own.stream().findFirst().map(line -> describeOtherType(shown, line)));
    }

    private static boolean confirms(Line line, HostKey shown, PublicKey key) {
        return line.is(Marker.NONE) ? line.key().equals(shown) : line.is(Marker.CERT_AUTHORITY) && signs(line, key);
    }

    /**
     * Returns true if the line's key signed this host certificate. sshj has checked the signature, the names and the
     * dates.
     */
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

    private KnownHosts read() throws IOException {
        List<Line> all = new ArrayList<>();
        for (KnownHostsFile each : files) {
            all.addAll(each.read().lines());
        }
        return new KnownHosts(all);
    }

    private List<Line> linesOfTarget(KnownHosts known) {
        return known.linesOf(target().knownNames());
    }

    private KnownHostsFile file() {
        return files.get(0);
    }

    /** Returns the server's name for new entries. */
    private String name() {
        return target().knownName();
    }

    private boolean hashes() {
        return target().settings().hashes();
    }

    private String describeUnknown(HostKey shown) {
        return "its host key " + shown + " is not in " + file().path()
                + "; compare the fingerprint on its console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then run"
                + " again with --host-key-policy accept-new";
    }

    private String describeChanged(HostKey shown, Line line) {
        return "its host key has changed: it shows " + shown + ", but " + line.place() + " knows "
                + line.key() + "; the connection may be intercepted; if it was rebuilt on purpose, forget the old key: "
                + forgetCommand(line);
    }

    private String describeOtherType(HostKey shown, Line line) {
        return "it shows the host key " + shown + ", but " + line.place() + " knows only " + line.key()
                + "; if its keys were replaced on purpose, forget the old one: " + forgetCommand(line);
    }

    private String describeRevoked(HostKey shown, Line line) {
        return "its host key " + shown + " is revoked by " + line.place()
                + "; give the droplet a new host key (rm /etc/ssh/ssh_host_*; ssh-keygen -A) before you use it again";
    }

    private String forgetCommand(Line line) {
        return "ssh-keygen -f " + ShellQuote.quote(line.file().toString()) + " -R '" + name() + "'";
    }
}
