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

    OneKeyLogin(LoginKey key) {
        super(key);
    }

    @Override
    public boolean shouldRetry() {
        return super.shouldRetry() && !takesSha2(params.getTransport().getServerVersion());
    }

    private static boolean takesSha2(String version) {
        Matcher openssh = OPENSSH.matcher(version);
        return openssh.matches()
                && Integer.parseInt(openssh.group(1)) * 100 + Integer.parseInt(openssh.group(2)) >= RSA_SHA2_SINCE;
    }
}
