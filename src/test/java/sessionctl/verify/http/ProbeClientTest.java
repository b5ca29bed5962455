package sessionctl.verify.http;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Samples;
import sessionctl.command.Command;
import sessionctl.inventory.Droplet;
import sessionctl.verify.CheckFailure;

class ProbeClientTest {
    private static final Droplet DROPLET = Samples.cluster(
                    "droplets: [{name: lamp01, public_ip: 127.0.0.1, private_ip: 10.0.0.1}]\n")
            .droplets()
            .get(0);

    private final ProbePage page = new ProbePage("id", "sessionctl-abc.php", "secret");
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

    private ProbeClient web(@Nullable String host) {
        return new ProbeClient(new Site(server.getAddress().getPort(), null, host, "/shop", ""), droplet -> page);
    }

    private CheckFailure failure(ProbeClient web) {
        return new CheckFailure("lamp01", catchThrowableOfType(HttpFailure.class, () -> web.count(DROPLET, "", 1)));
    }

    @Test
    void aRequestSendsTheCookieTheSecretAndTheHostName() throws HttpFailure {
        ProbeResponse visit = web("shop.example").count(DROPLET, "SID=x1", 9);
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
                "404 > '' > x           > does not serve the probe page's folder > --docroot",
                "301 > https://shop/sessionctl-abc.php?do=count > x > redirects to https://shop/… > --tls",
                "500 > '' > x           > status 500 > error log",
                "200 > '' > <?php       > does not run the probe page as PHP > .php",
                "200 > '' > {\"lacking\":\"ini_set hash\"} > lacks functions that verify needs: ini_set, hash > disable_functions",
                "200 > '' > {\"lacking\":\"A1\"} > lacks functions that verify needs: some > disable_functions"
            })
    void anAnswerFromAnotherPageIsReportedWithARemedy(int code, String leads, String text, String what, String remedy) {
        status = code;
        location = leads;
        body = text;
        assertThat(failure(web(null)).fault()).contains(what).doesNotContain("abc");
        assertThat(failure(web(null)).remedy()).contains(remedy);
    }

    /** In the environment, php reads what a web server passes it of a request. */
    @Tag("slow") // needs php
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "ini_set,ini_get_all,phpversion > secret > {\"lacking\":\"ini_set ini_get_all phpversion\"}",
                "session_start                  > other  > ''",
                "hash                           > other  > {\"lacking\":\"hash\"}",
            })
    void functionsThatPhpLacksAreNamed(String disabled, String secret, String answer) throws Exception {
        ProcessBuilder php = new ProcessBuilder("php", "-d", "disable_functions=" + disabled);
        php.environment().put("HTTP_X_SESSIONCTL_PROBE", secret);
        Process process = php.start();
        process.getOutputStream().write(page.text().getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(answer);
    }

    /** Values that a hostile page may put into its cookie: more headers, more requests, other cookies. */
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
    void aCookieThatPhpNeverSetsIsRejected(String name, String id) {
        body = "{\"name\":\"" + name + "\",\"id\":\"" + id + "\",\"visits\":3,\"before\":7,\"errors\":[]}";
        assertThat(failure(web(null)).fault()).contains("cookie");
        body = body.replace(id, "x".repeat(257));
        assertThat(failure(web(null)).fault()).contains("cookie");
        int before = requests.size();
        assertThatThrownBy(() -> web(null).count(DROPLET, (name + "=" + id).translateEscapes(), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(requests).hasSize(before);
    }

    @Test
    void aSessionThatDidNotStartHasNoCookie() throws HttpFailure {
        body = "{\"name\":\"SID\",\"id\":\"\",\"visits\":1,\"before\":0,\"errors\":[\"no handler\"]}";
        assertThat(web(null).count(DROPLET, "", 1).cookie()).isEmpty();
    }

    @Test
    void aRedirectIsReportedBrieflyAndNotFollowed() {
        status = 302;
        location = "http://127.0.0.1:" + server.getAddress().getPort() + "/" + "a".repeat(5000);
        assertThat(failure(web(null)).fault()).hasSizeLessThan(300).contains("redirects to");
        assertThat(requests).hasSize(1);
    }

    /** Each byte arrives in time, the complete answer does not. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    @Timeout(30)
    void anAnswerThatArrivesByteByByteIsEndedAtTheDeadline(boolean tls) throws IOException {
        try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread drips = new Thread(() -> sendByteByByte(slow, tls));
            drips.start();
            Site site = new Site(slow.getLocalPort(), tls ? Site.Tls.DEFAULT : null, "shop.example", "/shop", "");
            CheckFailure failure = failure(new ProbeClient(site, droplet -> page, 700));
            assertThat(failure.fault()).startsWith("no answer from http");
        }
    }

    private static void sendByteByByte(ServerSocket slow, boolean tls) {
        // The head of a long TLS record or of an HTTP answer.
        String head = tls ? "\u0016\u0003\u0003?\u00ff" : "HTTP/1.1 200 OK\r\nX: ";
        try (Socket socket = slow.accept()) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            while (true) {
                socket.getOutputStream().write('x');
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException e) {
            // The reader closed the connection.
        }
    }

    @Test
    @Timeout(30)
    void anEndlessAnswerIsReadUpToAMegabyte() throws IOException {
        try (ServerSocket endless = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread floods = new Thread(() -> sendWithoutEnd(endless));
            floods.start();
            ProbeClient web = new ProbeClient(new Site(endless.getLocalPort(), null, null, "", ""), droplet -> page);
            assertThat(failure(web).fault()).contains("does not run the probe page as PHP");
        }
    }

    private static void sendWithoutEnd(ServerSocket endless) {
        try (Socket socket = endless.accept()) {
            socket.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\n{\"".getBytes(StandardCharsets.US_ASCII));
            byte[] some = new byte[8192];
            Arrays.fill(some, (byte) 'x');
            while (true) {
                socket.getOutputStream().write(some);
            }
        } catch (IOException e) {
            // The reader closed the connection.
        }
    }

    @Test
    void everyDropletHasItsOwnPageAndSecret() {
        List<Droplet> droplets = Samples.lamps(3).droplets();
        Collection<ProbePage> pages = ProbePage.forEach(droplets).values();
        assertThat(pages.stream().map(ProbePage::secret).distinct()).hasSize(3);
        assertThat(pages.stream().map(ProbePage::name).distinct()).hasSize(3);
        assertThat(pages.stream().map(ProbePage::id).distinct()).hasSize(3);
    }

    @Test
    void pageNameAndSecretAppearOnNoCommandLine() {
        ProbePage random = ProbePage.random();
        Site site = new Site(80, null, "shop.example", "/shop", "/srv/www");
        for (Command command :
                List.of(random.deployCommand(site, 300), random.removeCommand("10.0.0.1", 11211, List.of("abc")))) {
            String words = String.join(" ", command.words());
            assertThat(words)
                    .doesNotContain(
                            random.name(), random.secret(), random.name().substring(11, 31));
            assertThat(command.input()).doesNotContain(random.secret());
        }
    }

    /** Answers as a web server does that receives something other than HTTP. */
    private static void refuse(ServerSocket plain) {
        try (Socket socket = plain.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aPortWithoutTlsAndAClosedPortAreReportedDifferently() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answers = new Thread(() -> refuse(plain));
            answers.start();
            ProbeClient tls = new ProbeClient(
                    new Site(plain.getLocalPort(), Site.Tls.DEFAULT, "shop.example", "/shop", ""), droplet -> page);
            assertThat(failure(tls).fault()).startsWith("TLS fails at https://127.0.0.1:");
        }
        server.stop(0);
        assertThat(failure(web(null)).fault()).startsWith("nothing listens at http://127.0.0.1:");
    }

    @Test
    void thePageContainsOnlyTheHashOfItsSecret() {
        ProbePage random = ProbePage.random();
        String input =
                random.deployCommand(new Site(80, null, null, "", ""), 300).input();
        assertThat(input).doesNotContain(random.secret(), "@SECRET@").containsPattern("!== '[0-9a-f]{64}'");
        assertThat(ProbePage.random().name()).isNotEqualTo(random.name()).matches("sessionctl-[0-9a-f]{20}[.]php");
    }
}
