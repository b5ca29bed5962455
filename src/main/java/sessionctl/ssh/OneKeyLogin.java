package sessionctl.ssh;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.schmizz.sshj.userauth.method.AuthPublickey;

/**
 * Offers one key. An RSA key can be offered under three names, and each refusal counts against the server's MaxAuthTries:
 * so servers known to take the first are not asked thrice.
 */
final class OneKeyLogin extends AuthPublickey {
    private static final Pattern OPENSSH = Pattern.compile("OpenSSH_(\\d+)\\.(\\d+).*");
    private static final int RSA_SHA2_SINCE = 702;

    OneKeyLogin(FileKey key) {
        super(key);
    }

    @Override
    public boolean shouldRetry() {
        return super.shouldRetry() && !takesSha2(params.getTransport().getServerVersion());
    }

    /** Whether a server is known to take RSA keys with SHA-1 only. */
    static boolean knowsOnlySha1(String version) {
        Matcher openssh = OPENSSH.matcher(version);
        return openssh.matches() && number(openssh) < RSA_SHA2_SINCE;
    }

    private static boolean takesSha2(String version) {
        Matcher openssh = OPENSSH.matcher(version);
        return openssh.matches() && number(openssh) >= RSA_SHA2_SINCE;
    }

    private static int number(Matcher openssh) {
        return Integer.parseInt(openssh.group(1)) * 100 + Integer.parseInt(openssh.group(2));
    }
}
