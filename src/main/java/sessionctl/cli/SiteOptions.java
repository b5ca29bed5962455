package sessionctl.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import sessionctl.verify.Site;

/** How the site is asked for. */
final class SiteOptions {
    @Option(
            names = "--http-port",
            paramLabel = "N",
            description = "The web servers' port (default: 80, or 443 with --tls).")
    private @Nullable Integer port;

    @Option(
            names = "--host-header",
            paramLabel = "NAME",
            description = "The site's name, where a droplet serves several (default: the droplet's address).")
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
            description = "The document root on the droplets (default: those that Apache and nginx are told of, and"
                    + " /var/www/html).")
    private String root = "";

    @Option(names = "--tls", description = "Speak HTTPS.")
    private boolean tls;

    @Option(
            names = {"-k", "--insecure"},
            description = "With --tls, take any certificate.")
    private boolean insecure;

    /** The site, with everything in it that could mean something else refused. */
    Site site() {
        refuse(port != null && (port < 1 || port > 65535), "--http-port: " + port + " is not a port from 1 to 65535");
        refuse(
                host != null && !host.matches("[A-Za-z0-9._-]{1,253}(:\\d{1,5})?"),
                "--host-header: \"" + host + "\" is not a host name");
        refuse(!isFolder(path), "--path: \"" + path + "\" is not a folder of a site, as in /shop");
        refuse(!root.matches("(/\\P{Cntrl}*)?"), "--docroot: \"" + root + "\" is not a path from / on");
        refuse(insecure && !tls, "--insecure is about certificates; it goes with --tls");
        int usual = tls ? 443 : 80;
        return new Site(
                port == null ? usual : port,
                tls,
                insecure,
                host,
                path.replaceAll("/+$", ""),
                root.replaceAll("/+$", ""));
    }

    private static boolean isFolder(String path) {
        return path.matches("/[A-Za-z0-9._~/-]*") && !List.of(path.split("/")).contains("..");
    }

    private static void refuse(boolean wrong, String sentence) {
        if (wrong) {
            throw new CliFailure(ExitCode.USAGE, sentence);
        }
    }
}
