package sessionctl.verify.http;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parameters for requests to the droplets' web servers.
 *
 * @param port the HTTP port at every public address
 * @param tls the certificate check; null for plain HTTP
 * @param host the Host header and the name in the certificate; null to use the droplet's address
 * @param folder the site's folder below its root; empty, or as in {@code /shop}
 * @param root the folder that the web server serves; empty to detect it
 */
public record Site(int port, @Nullable Tls tls, @Nullable String host, String folder, String root) {
    /**
     * The certificate check.
     *
     * @param anyCertificate true to accept every certificate
     * @param trusted the certificate authorities to trust; empty to use this machine's trust store
     */
    public record Tls(boolean anyCertificate, List<X509Certificate> trusted) {
        /** A check with this machine's trust store. */
        public static final Tls DEFAULT = new Tls(false, List.of());

        public Tls {
            trusted = List.copyOf(trusted);
        }
    }
}
