package sessionctl.verify;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import sessionctl.inventory.Droplet;

/**
 * Speaks HTTP to one droplet after another under the name of the site: not by way of its DNS name, which may lead to a
 * load balancer, but at the droplet's own public address.
 */
public final class Web {
    private static final int CONNECT_MILLIS = 5_000;

    /** Longer than the 30 s for which PHP's memcache module may wait for a lock. */
    private static final int ANSWER_MILLIS = 35_000;

    /** For a request as a whole. */
    private static final int REQUEST_MILLIS = ANSWER_MILLIS + 2 * CONNECT_MILLIS;

    private static final int LONGEST_LOCATION = 200;

    private final Site site;
    private final Function<Droplet, Page> pages;
    private final int limit;

    /** The droplets' pages of this run, at this site. */
    public Web(Site site, Function<Droplet, Page> pages) {
        this(site, pages, REQUEST_MILLIS);
    }

    /**
     * The same with another limit.
     *
     * @param limit milliseconds for a request as a whole
     */
    Web(Site site, Function<Droplet, Page> pages, int limit) {
        this.site = site;
        this.pages = pages;
        this.limit = limit;
    }

    /** Where it is looked for on a droplet, as a person would type it. */
    public String url(Droplet droplet) {
        return (site.tls() == null ? "http://" : "https://") + literal(droplet) + ":" + site.port();
    }

    private static String literal(Droplet droplet) {
        String address = droplet.publicIp().text();
        return address.contains(":") ? "[" + address + "]" : address;
    }

    /** What PHP on a droplet really uses. */
    public Settings settings(Droplet droplet) throws WebFailure {
        return Settings.of(droplet.name(), ask(droplet, "settings", ""));
    }

    /**
     * Counts a session on.
     *
     * @param cookie that of the session, or empty for a new one
     * @param step a number that the session has not seen before
     */
    public Visit count(Droplet droplet, String cookie, int step) throws WebFailure {
        long start = System.nanoTime();
        Map<String, Object> answer = ask(droplet, "count&step=" + step, cookie);
        return Visit.of(droplet.name(), step, answer, (System.nanoTime() - start) / 1_000_000);
    }

    /** Ends a session. */
    public void end(Droplet droplet, String cookie) throws WebFailure {
        ask(droplet, "end", cookie);
    }

    private Map<String, Object> ask(Droplet droplet, String what, String cookie) throws WebFailure {
        WebAnswer answer = get(droplet, what, cookie);
        if (answer.status() != 200) {
            throw refused(answer, url(droplet));
        }
        try {
            return Json.object(answer.body());
        } catch (Json.Unreadable e) {
            throw new WebFailure(
                    "what answers at " + url(droplet) + " does not run the probe page as PHP",
                    "see that files that end in .php are PHP there, and that nothing adds to their output");
        }
    }

    private static WebFailure refused(WebAnswer answer, String url) {
        if (!answer.location().isEmpty()) {
            String location = answer.location();
            location = location.length() > LONGEST_LOCATION ? location.substring(0, LONGEST_LOCATION) + "…" : location;
            return new WebFailure(
                    url + " redirects to " + location.replaceAll("/sessionctl-[0-9a-f]+[.]php.*", "/…"),
                    "name the site as its visitors do, with --host-header, --path and --tls");
        }
        if (answer.status() == 404) {
            return new WebFailure(
                    "the site that answers at " + url + " does not serve the folder that the probe page lies in (404)",
                    "name the site with --host-header, or its folder with --docroot and --path");
        }
        return new WebFailure(
                url + " answers the probe page with status " + answer.status(),
                "see the web server's error log there, as in /var/log/apache2/error.log");
    }

    private String request(Droplet droplet, String what, String cookie) {
        if (!cookie.isEmpty() && !Visit.isCookie(cookie)) {
            throw new IllegalArgumentException("not a cookie that may be sent on");
        }
        Page page = pages.apply(droplet);
        return "GET " + site.folder() + "/" + page.name() + "?do=" + what + " HTTP/1.0\r\nHost: "
                + (site.host() == null ? literal(droplet) : site.host()) + "\r\nUser-Agent: sessionctl\r\n"
                + "X-Sessionctl-Probe: " + page.secret() + "\r\n"
                + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n") + "Connection: close\r\n\r\n";
    }

    private WebAnswer get(Droplet droplet, String what, String cookie) throws WebFailure {
        String request = request(droplet, what, cookie);
        Socket plain = new Socket();
        Deadline deadline = new Deadline(plain, limit);
        try (plain;
                deadline) {
            plain.connect(
                    new InetSocketAddress(
                            InetAddress.getByName(droplet.publicIp().text()), site.port()),
                    CONNECT_MILLIS);
            plain.setSoTimeout(CONNECT_MILLIS);
            plain.setTcpNoDelay(true);
            Socket socket = site.tls() == null
                    ? plain
                    : Secured.socket(
                            plain, site.tls(), named(), droplet.publicIp().text());
            plain.setSoTimeout(ANSWER_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return WebAnswer.read(socket.getInputStream());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unanswered(deadline.passed() ? new SocketTimeoutException() : e, url(droplet));
        }
    }

    private static WebFailure unanswered(Exception e, String url) {
        if (e instanceof ConnectException) {
            return new WebFailure(
                    "nobody listens at " + url, "run: {sessionctl provision}; or name the port with --http-port");
        }
        if (e instanceof SocketTimeoutException) {
            return new WebFailure(
                    "no answer from " + url, "see that its web server is up and its firewall lets this machine in");
        }
        if (e instanceof SSLException || !(e instanceof IOException)) {
            return Secured.refused(e, url);
        }
        return new WebFailure(
                "the request to " + url + " broke (" + e.getMessage() + ")", "see the web server's error log there");
    }

    /** The site's name without a port; empty where it has none. */
    private String named() {
        return site.host() == null ? "" : site.host().replaceAll(":\\d+$", "");
    }
}
