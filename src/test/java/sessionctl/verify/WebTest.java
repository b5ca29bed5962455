package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;

class WebTest {
    private static final Droplet DROPLET = Samples.cluster(
                    "droplets: [{name: lamp01, public_ip: 127.0.0.1, private_ip: 10.0.0.1}]\n")
            .droplets()
            .get(0);

    private final Page page = new Page("sessionctl-abc.php", "secret");
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
        return new Web(new Site(server.getAddress().getPort(), null, host, "/shop", ""), page);
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
            Web tls = new Web(new Site(plain.getLocalPort(), Site.Tls.USUAL, "shop.example", "/shop", ""), page);
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
