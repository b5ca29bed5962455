package sessionctl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.action.IoMessages;
import sessionctl.verify.http.Site;

/** The options that describe the web site that {@code verify} requests. */
final class SiteOptions {
    @Option(
            names = "--http-port",
            paramLabel = "N",
            description = "The web servers' port (default: 80, or 443 with --tls).")
    private @Nullable Integer port;

    @Option(
            names = "--host-header",
            paramLabel = "NAME",
            description = "The site's name, if a droplet serves several (default: the droplet's address).")
    private @Nullable String host;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "The site's folder below its document root, as in /shop (default: ${DEFAULT-VALUE}).")
    private String path = "/";

    @Option(
            names = "--docroot",
            paramLabel = "DIR",
            defaultValue = "",
            description = "The document root on the droplets (default: those in the configuration of Apache and"
                    + " nginx, and /var/www/html).")
    private String root = "";

    @Option(names = "--tls", description = "Use HTTPS.")
    private boolean tls;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description =
                    "With --tls, trust the certificates in this PEM file, and no others: a private authority's, or"
                            + " the site's own (default: those that this machine trusts).")
    private @Nullable Path authority;

    @Option(
            names = {"-k", "--insecure"},
            description = "With --tls, accept any certificate.")
    private boolean insecure;

    /**
     * Returns the site. Values with characters that a header, a URL or a file name could interpret differently are
     * refused.
     *
     * @throws ActionFailure if a value is invalid, if options contradict each other, or if the certificates cannot be
     *     read
     */
    Site site() {
        refuse(port != null && (port < 1 || port > 65535), "--http-port must be from 1 to 65535 (got " + port + ")");
        refuse(
                host != null && !host.matches("[A-Za-z0-9._-]{1,253}(:\\d{1,5})?"),
                "--host-header: \"" + host + "\" is not a host name");
        refuse(!isFolder(path), "--path: \"" + path + "\" is not a folder of a site, as in /shop");
        refuse(!root.matches("(/\\P{Cntrl}*)?"), "--docroot: \"" + root + "\" is not an absolute path");
        refuse(insecure && !tls, "--insecure needs --tls");
        refuse(authority != null && !tls, "--cacert needs --tls");
        refuse(authority != null && insecure, "--cacert and --insecure contradict each other; leave one of them out");
        int defaultPort = tls ? 443 : 80;
        return new Site(
                port == null ? defaultPort : port,
                tls ? new Site.Tls(insecure, trustedCertificates()) : null,
                host,
                path.replaceAll("(?<!/)/+$", ""),
                root.replaceAll("(?<!/)/+$", ""));
    }

    private List<X509Certificate> trustedCertificates() {
        if (authority == null) {
            return List.of();
        }
        try (InputStream in = Files.newInputStream(authority)) {
            List<X509Certificate> trusted = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            refuse(trusted.isEmpty(), "--cacert: " + authority + " contains no certificate");
            return trusted;
        } catch (IOException e) {
            throw new ActionFailure(
                    ExitCode.USAGE, "--cacert: " + authority + " cannot be read (" + IoMessages.of(e) + ")");
        } catch (CertificateException e) {
            throw new ActionFailure(ExitCode.USAGE, "--cacert: " + authority + " is not a file of PEM certificates");
        }
    }

    private static boolean isFolder(String path) {
        return path.matches("/[A-Za-z0-9._~/-]*") && !List.of(path.split("/")).contains("..");
    }

    private static void refuse(boolean wrong, String sentence) {
        if (wrong) {
            throw new ActionFailure(ExitCode.USAGE, sentence);
        }
    }
}
