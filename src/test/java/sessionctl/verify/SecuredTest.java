package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;

/** Certificates are judged, and what is wrong with one is said in words that name the remedy. */
class SecuredTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Droplet DROPLET = Samples.cluster(
                    "droplets: [{name: lamp01, public_ip: 127.0.0.1, private_ip: 10.0.0.1}]\n")
            .droplets()
            .get(0);

    @TempDir
    private Path folder = Path.of("");

    /** The store with one key more in it. */
    private KeyStore key(String alias, String... options)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("keys.p12");
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        words.addAll(List.of("-keyalg", "EC", "-alias", alias, "-storepass", "changeit", "-keystore", file.toString()));
        words.addAll(List.of("-dname", "CN=" + alias, "-ext", "san=dns:shop.example"));
        words.addAll(List.of(options));
        Process keytool = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).isZero();
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            return store;
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] bytes = "{\"name\":\"SID\",\"id\":\"x1\",\"visits\":1,\"before\":0,\"errors\":[]}"
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static HttpsServer serve(KeyStore key) throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(key, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", SecuredTest::answer);
        server.start();
        return server;
    }

    private static X509Certificate certificate(KeyStore keys, String alias) throws GeneralSecurityException {
        return (X509Certificate) keys.getCertificate(alias);
    }

    private static @Nullable WebFailure failure(HttpsServer server, Site.Tls tls, @Nullable String host) {
        Page page = new Page("id", "sessionctl-abc.php", "secret");
        Web web = new Web(new Site(server.getAddress().getPort(), tls, host, "", ""), droplet -> page);
        return catchThrowableOfType(WebFailure.class, () -> web.count(DROPLET, "", 1));
    }

    private static Finding finding(HttpsServer server, Site.Tls tls, @Nullable String host) {
        WebFailure failure = failure(server, tls, host);
        return Objects.requireNonNull(failure, "it must be refused").on("lamp01");
    }

    @Test
    void whatIsGivenIsTrustedAndWhatIsNotIsRefused() throws Exception {
        KeyStore key = key("site");
        HttpsServer server = serve(key);
        try {
            Site.Tls given = new Site.Tls(false, List.of(certificate(key, "site")));
            assertThat(failure(server, given, "shop.example")).isNull();
            assertThat(failure(server, given, "shop.example:8443")).isNull();
            assertThat(failure(server, new Site.Tls(true, List.of()), null)).isNull();
            Finding strange = finding(server, Site.Tls.USUAL, "shop.example");
            assertThat(strange.what())
                    .startsWith("nobody whom this machine trusts has signed the certificate of https://127.0.0.1:");
            assertThat(strange.remedy()).contains("--cacert", "--insecure");
            Finding other = finding(server, given, "blog.example");
            assertThat(other.what()).endsWith(" is for another name");
            assertThat(other.remedy()).contains("--host-header");
            assertThat(List.of(strange.what(), other.what())).noneMatch(what -> what.contains("Exception"));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aCertificateThatIsOverIsSaidToBe() throws Exception {
        key("authority", "-ext", "bc:critical=ca:true");
        KeyStore keys = key("site", "-signer", "authority", "-startdate", "-3d", "-validity", "1");
        Site.Tls given = new Site.Tls(false, List.of(certificate(keys, "authority")));
        keys.deleteEntry("authority");
        HttpsServer server = serve(keys);
        try {
            assertThat(finding(server, given, "shop.example").what()).endsWith(" has expired");
        } finally {
            server.stop(0);
        }
    }
}
