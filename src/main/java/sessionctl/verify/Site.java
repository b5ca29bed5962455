package sessionctl.verify;

import org.jspecify.annotations.Nullable;

/**
 * How the droplets' web servers are spoken to.
 *
 * @param port of HTTP at every public address
 * @param host what the Host header says, and the certificate is for; null for the droplet's address
 * @param folder the site's folder below its root, empty or as in {@code /shop}
 * @param root the folder that the web server serves; empty to find it
 */
public record Site(
        int port,
        boolean tls,
        boolean anyCertificate,
        @Nullable String host,
        String folder,
        String root) {}
