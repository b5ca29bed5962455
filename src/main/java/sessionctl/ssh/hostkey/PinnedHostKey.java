package sessionctl.ssh.hostkey;

import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.route.Target;

/**
 * A check against a fingerprint of the inventory. The fingerprint does not contain the type of its key, and a server
 * with several keys shows only one. The check therefore asks for each type in turn before it refuses the server.
 */
final class PinnedHostKey extends HostKeyCheck {
    private static final List<String> TYPES =
            List.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa");

    private final String pin;
    private final KnownHostKeys known;
    private final Map<String, HostKey> shownByType = new LinkedHashMap<>();
    private boolean retry;

    PinnedHostKey(Target target, String pin, SshOptions options) {
        super(target);
        this.pin = withoutPadding(pin);
        this.known = new KnownHostKeys(target, options);
    }

    @Override
    public synchronized boolean mayPassOnRetry() {
        boolean retryNow = retry;
        retry = false;
        return retryNow;
    }

    @Override
    synchronized List<String> preferredAlgorithms() {
        return TYPES.stream()
                .filter(type -> !shownByType.containsKey(type))
                .flatMap(type -> algorithms(type).stream())
                .toList();
    }

    @Override
    synchronized @Nullable SshFailure judge(HostKey shown, PublicKey key) {
        if (shown.fingerprint().equals(pin)) {
            return known.judgeRevoked(shown, key);
        }
        retry = shownByType.put(shown.type(), shown) == null && shownByType.size() < TYPES.size();
        String all = shownByType.values().stream().map(HostKey::toString).collect(Collectors.joining(", "));
        return refusal("its host key is " + all + ", but the inventory pins " + pin
                + "; if it was rebuilt on purpose, compare the fingerprint on the droplet's console (ssh-keygen -lf"
                + " /etc/ssh/ssh_host_ed25519_key.pub) and put it into the inventory");
    }

    private static String withoutPadding(String pin) {
        String bare = pin.strip();
        while (bare.endsWith("=")) {
            bare = bare.substring(0, bare.length() - 1);
        }
        return bare;
    }
}
