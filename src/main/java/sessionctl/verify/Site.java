package sessionctl.verify;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the droplets' web servers are spoken to.
 *
 * @param port of HTTP at every public address
 * @param tls how certificates are judged; null for plain HTTP
 * @param host what the Host header says, and the certificate is for; null for the droplet's address
 * @param folder the site's folder below its root, empty or as in {@code /shop}
 * @param root the folder that the web server serves; empty to find it
 */
public record Site(int port, @Nullable Tls tls, @Nullable String host, String folder, String root) {
    /**
     * TLS.
     *
     * @param anyCertificate whether none is judged at all
     * @param trusted the certificates of those who may have signed the site's; empty for those that this machine trusts
     */
    public record Tls(boolean anyCertificate, List<X509Certificate> trusted) {
        /** What this machine trusts. */
        public static final Tls USUAL = new Tls(false, List.of());

        /** Copies the certificates. */
        public Tls {
            trusted = List.copyOf(trusted);
        }
    }
}
