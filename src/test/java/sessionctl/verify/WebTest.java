package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Samples;
import sessionctl.command.Command;
import sessionctl.inventory.Droplet;

class WebTest {
    private static final Droplet DROPLET = Samples.cluster(
                    "droplets: [{name: lamp01, public_ip: 127.0.0.1, private_ip: 10.0.0.1}]\n")
            .droplets()
            .get(0);

    private final Page page = new Page("id", "sessionctl-abc.php", "secret");
    private final List<String> requests = new ArrayList<>();
    private HttpServer server = start();
    private int status = 200;
    private String body = "{\"name\":\"SID\",\"id\":\"x1\",\"visits\":3,\"before\":7,\"errors\":[]}";
    private String location = "";

    private static HttpServer start() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void serve() {
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(
                exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Host") + " "
                        + exchange.getRequestHeaders().getFirst("X-sessionctl-probe") + " "
                        + exchange.getRequestHeaders().getFirst("Cookie"));
        if (!location.isEmpty()) {
            exchange.getResponseHeaders().set("Location", location);
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Web web(@Nullable String host) {
        return new Web(new Site(server.getAddress().getPort(), null, host, "/shop", ""), droplet -> page);
    }

    private Finding failure(Web web) {
        return catchThrowableOfType(WebFailure.class, () -> web.count(DROPLET, "", 1))
                .on("lamp01");
    }

    @Test
    void theVisitorBringsHisCookieTheSecretAndTheSitesName() throws WebFailure {
        Visit visit = web("shop.example").count(DROPLET, "SID=x1", 9);
        assertThat(requests).containsExactly("/shop/sessionctl-abc.php?do=count&step=9 shop.example secret SID=x1");
        assertThat(visit.cookie()).isEqualTo("SID=x1");
        assertThat(visit.visits()).isEqualTo(3);
        assertThat(visit.before()).isEqualTo(7);
        assertThat(visit.step()).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "404 > '' > x           > does not serve the folder > --docroot",
                "301 > https://shop/sessionctl-abc.php?do=count > x > redirects to https://shop/… > --tls",
                "500 > '' > x           > status 500 > error log",
                "200 > '' > <?php       > does not run the probe page as PHP > .php"
            })
    void anAnswerThatIsNotThePagesIsToldWithItsRemedy(int code, String leads, String text, String what, String remedy) {
        status = code;
        location = leads;
        body = text;
        assertThat(failure(web(null)).what()).contains(what).doesNotContain("abc");
        assertThat(failure(web(null)).remedy()).contains(remedy);
    }

    /** What a hostile page may put into its cookie: more headers, more requests, other cookies. */
    @ParameterizedTest
    @CsvSource({
        "SID, x\\r\\nX-Forwarded-For: 127.0.0.1",
        "SID, x\\n\\nGET / HTTP/1.0",
        "SID, x; admin=1",
        "SID, x y",
        "SID, x\\u0000",
        "SID, x/../y",
        "SID, é",
        "SI\\r\\nD, x1",
        "S D, x1",
        "S;D, x1",
        "'', x1"
    })
    void aCookieThatPhpNeverSetsIsNotSentOn(String name, String id) {
        body = "{\"name\":\"" + name + "\",\"id\":\"" + id + "\",\"visits\":3,\"before\":7,\"errors\":[]}";
        assertThat(failure(web(null)).what()).contains("cookie");
        body = body.replace(id, "x".repeat(257));
        assertThat(failure(web(null)).what()).contains("cookie");
        int before = requests.size();
        assertThatThrownBy(() -> web(null).count(DROPLET, (name + "=" + id).translateEscapes(), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(requests).hasSize(before);
    }

    @Test
    void aSessionThatDidNotBeginHasNoCookie() throws WebFailure {
        body = "{\"name\":\"SID\",\"id\":\"\",\"visits\":1,\"before\":0,\"errors\":[\"no handler\"]}";
        assertThat(web(null).count(DROPLET, "", 1).cookie()).isEmpty();
    }

    @Test
    void aRedirectIsNotFollowedAndIsToldInFewWords() {
        status = 302;
        location = "http://127.0.0.1:" + server.getAddress().getPort() + "/" + "a".repeat(5000);
        assertThat(failure(web(null)).what()).hasSizeLessThan(300).contains("redirects to");
        assertThat(requests).hasSize(1);
    }

    /** Each byte comes in time; the answer as a whole does not. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    @Timeout(30)
    void anAnswerThatDripsIsEndedByTheDeadlineOfTheRequest(boolean tls) throws IOException {
        try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread drips = new Thread(() -> drip(slow, tls));
            drips.start();
            Site site = new Site(slow.getLocalPort(), tls ? Site.Tls.USUAL : null, "shop.example", "/shop", "");
            Finding failure = failure(new Web(site, droplet -> page, 700));
            assertThat(failure.what()).startsWith("no answer from http");
        }
    }

    private static void drip(ServerSocket slow, boolean tls) {
        // The head of a long TLS record, or of an answer.
        String head = tls ? "\u0016\u0003\u0003?\u00ff" : "HTTP/1.1 200 OK\r\nX: ";
        try (Socket socket = slow.accept()) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            while (true) {
                socket.getOutputStream().write('x');
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException e) {
            // The reader has gone away.
        }
    }

    @Test
    @Timeout(30)
    void anAnswerWithoutEndIsReadNoFurtherThanAMegabyte() throws IOException {
        try (ServerSocket endless = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread floods = new Thread(() -> flood(endless));
            floods.start();
            Web web = new Web(new Site(endless.getLocalPort(), null, null, "", ""), droplet -> page);
            assertThat(failure(web).what()).contains("does not run the probe page as PHP");
        }
    }

    private static void flood(ServerSocket endless) {
        try (Socket socket = endless.accept()) {
            socket.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\n{\"".getBytes(StandardCharsets.US_ASCII));
            byte[] some = new byte[8192];
            Arrays.fill(some, (byte) 'x');
            while (true) {
                socket.getOutputStream().write(some);
            }
        } catch (IOException e) {
            // The reader has gone away.
        }
    }

    @Test
    void everyDropletHasAPageAndASecretOfItsOwn() {
        List<Droplet> droplets = Samples.lamps(3).droplets();
        Collection<Page> pages = Page.forEach(droplets).values();
        assertThat(pages.stream().map(Page::secret).distinct()).hasSize(3);
        assertThat(pages.stream().map(Page::name).distinct()).hasSize(3);
        assertThat(pages.stream().map(Page::id).distinct()).hasSize(3);
    }

    @Test
    void nameAndSecretAreOnNoCommandLine() {
        Page random = Page.random();
        Site site = new Site(80, null, "shop.example", "/shop", "/srv/www");
        for (Command command : List.of(
                random.up(site, 300),
                random.down("10.0.0.1", 11211, List.of("abc")),
                random.origins("/etc/php/8.2/fpm/php.ini", List.of("session.save_path")))) {
            String words = String.join(" ", command.words());
            assertThat(words)
                    .doesNotContain(
                            random.name(), random.secret(), random.name().substring(11, 31));
            assertThat(command.input()).doesNotContain(random.secret());
        }
    }

    /** As a web server does that hears something else than HTTP. */
    private static void refuse(ServerSocket plain) {
        try (Socket socket = plain.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nobodyThereAndNoTlsThereAreToldApart() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answers = new Thread(() -> refuse(plain));
            answers.start();
            Web tls = new Web(
                    new Site(plain.getLocalPort(), Site.Tls.USUAL, "shop.example", "/shop", ""), droplet -> page);
            assertThat(failure(tls).what()).startsWith("TLS fails at https://127.0.0.1:");
        }
        server.stop(0);
        assertThat(failure(web(null)).what()).startsWith("nobody listens at http://127.0.0.1:");
    }

    @Test
    void theDropletIsGivenTheSecretsHashOnly() {
        Page random = Page.random();
        String input = random.up(new Site(80, null, null, "", ""), 300).input();
        assertThat(input).doesNotContain(random.secret(), "@SECRET@").containsPattern("!== '[0-9a-f]{64}'");
        assertThat(Page.random().name()).isNotEqualTo(random.name()).matches("sessionctl-[0-9a-f]{20}[.]php");
    }
}
