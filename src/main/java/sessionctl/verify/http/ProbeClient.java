package sessionctl.verify.http;

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
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import sessionctl.inventory.Droplet;

/**
 * Sends HTTP requests to the droplets with the site's name, but to each droplet's own public address: the DNS name may
 * lead to a load balancer.
 */
public final class ProbeClient {
    private static final int CONNECT_MILLIS = 5_000;

    /** Longer than the 30 s for which PHP's memcache module may wait for a lock. */
    private static final int ANSWER_MILLIS = 35_000;

    /** The limit for a complete request. */
    private static final int REQUEST_MILLIS = ANSWER_MILLIS + 2 * CONNECT_MILLIS;

    private static final int MAX_LOCATION_LENGTH = 200;

    /** Names of PHP's functions. */
    private static final Pattern FUNCTIONS = Pattern.compile("[a-z_]{1,40}(?: [a-z_]{1,40}){0,40}");

    private final Site site;
    private final Function<Droplet, ProbePage> pages;
    private final int limit;

    /** A client for this run's probe pages on this site. */
    public ProbeClient(Site site, Function<Droplet, ProbePage> pages) {
        this(site, pages, REQUEST_MILLIS);
    }

    /**
     * A client with another time limit.
     *
     * @param limit the limit for a complete request, in milliseconds
     */
    ProbeClient(Site site, Function<Droplet, ProbePage> pages, int limit) {
        this.site = site;
        this.pages = pages;
        this.limit = limit;
    }

    /** The URL of a droplet's web server, as a person would type it. */
    public String url(Droplet droplet) {
        return (site.tls() == null ? "http://" : "https://") + literal(droplet) + ":" + site.port();
    }

    private static String literal(Droplet droplet) {
        String address = droplet.publicIp().text();
        return address.contains(":") ? "[" + address + "]" : address;
    }

    /** Returns the settings that PHP on a droplet uses. */
    public PhpSettings readSettings(Droplet droplet) throws HttpFailure {
        return PhpSettings.of(droplet.name(), ask(droplet, "settings", ""));
    }

    /**
     * Increments the counter in a session.
     *
     * @param cookie the session's cookie; empty to begin a new session
     * @param step a number to store that the session has not held before
     */
    public ProbeResponse count(Droplet droplet, String cookie, int step) throws HttpFailure {
        long start = System.nanoTime();
        Map<String, Object> answer = ask(droplet, "count&step=" + step, cookie);
        return ProbeResponse.of(droplet.name(), step, answer, (System.nanoTime() - start) / 1_000_000);
    }

    private Map<String, Object> ask(Droplet droplet, String what, String cookie) throws HttpFailure {
        HttpAnswer answer = get(droplet, what, cookie);
        if (answer.status() != 200) {
            throw describeStatus(answer, url(droplet));
        }
        Map<String, Object> values = AnswerJson.object(answer.body())
                .orElseThrow(() -> new HttpFailure(
                        "the server at " + url(droplet) + " does not run the probe page as PHP",
                        "check that it runs .php files as PHP, and that nothing adds to their output"));
        if (values.get("lacking") instanceof String names) {
            String needed = FUNCTIONS.matcher(names).matches() ? names.replace(" ", ", ") : "some";
            throw new HttpFailure(
                    "PHP at " + url(droplet) + " lacks functions that verify needs: " + needed,
                    "take them out of disable_functions there, and load PHP's session module");
        }
        return values;
    }

    private static HttpFailure describeStatus(HttpAnswer answer, String url) {
        if (!answer.location().isEmpty()) {
            String location = answer.location();
            location = location.length() > MAX_LOCATION_LENGTH
                    ? location.substring(0, MAX_LOCATION_LENGTH) + "…"
                    : location;
            return new HttpFailure(
                    url + " redirects to " + location.replaceAll("/sessionctl-[0-9a-f]+[.]php.*", "/…"),
                    "name the site as its visitors do, with --host-header, --path and --tls");
        }
        if (answer.status() == 404) {
            return new HttpFailure(
                    "the site at " + url + " does not serve the probe page's folder (404)",
                    "name the site with --host-header, or its folder with --docroot and --path");
        }
        return new HttpFailure(
                url + " answers the probe page with status " + answer.status(),
                "see the web server's error log there, as in /var/log/apache2/error.log");
    }

    private String request(Droplet droplet, String what, String cookie) {
        if (!cookie.isEmpty() && !ProbeResponse.isCookie(cookie)) {
            throw new IllegalArgumentException("not a cookie that may be sent on");
        }
        ProbePage page = pages.apply(droplet);
        return "GET " + site.folder() + "/" + page.name() + "?do=" + what + " HTTP/1.0\r\nHost: "
                + (site.host() == null ? literal(droplet) : site.host()) + "\r\nUser-Agent: sessionctl\r\n"
                + "X-Sessionctl-Probe: " + page.secret() + "\r\n"
                + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n") + "Connection: close\r\n\r\n";
    }

    private HttpAnswer get(Droplet droplet, String what, String cookie) throws HttpFailure {
        String request = request(droplet, what, cookie);
        Socket plain = new Socket();
        RequestDeadline deadline = new RequestDeadline(plain, limit);
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
                    : TlsConnector.connect(
                            plain, site.tls(), siteName(), droplet.publicIp().text());
            plain.setSoTimeout(ANSWER_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return HttpAnswer.read(socket.getInputStream());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw describeError(deadline.passed() ? new SocketTimeoutException() : e, url(droplet));
        }
    }

    private static HttpFailure describeError(Exception e, String url) {
        if (e instanceof ConnectException) {
            return new HttpFailure(
                    "nothing listens at " + url, "run: {sessionctl provision}; or name the port with --http-port");
        }
        if (e instanceof SocketTimeoutException) {
            return new HttpFailure(
                    "no answer from " + url, "check that its web server runs and its firewall allows this machine");
        }
        if (e instanceof SSLException || !(e instanceof IOException)) {
            return TlsConnector.describeError(e, url);
        }
        return new HttpFailure(
                "the request to " + url + " failed (" + e.getMessage() + ")", "see the web server's error log there");
    }

    /** The site's name without a port; empty if the site is requested by address. */
    private String siteName() {
        return site.host() == null ? "" : site.host().replaceAll(":\\d+$", "");
    }
}
