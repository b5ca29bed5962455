package sessionctl.verify.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;
import sessionctl.verify.CheckFailure;

/** Checks of certificates, and the messages about a refused one, which name the remedy. */
class TlsConnectorTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Droplet DROPLET = Samples.cluster(
                    "droplets: [{name: lamp01, public_ip: 127.0.0.1, private_ip: 10.0.0.1}]\n")
            .droplets()
            .get(0);

    /** A key with its certificate for shop.example. */
    private record Key(KeyPair pair, X509Certificate certificate) {
        /**
         * Makes a key.
         *
         * @param signer the key that signs the certificate; null for a self-signed one
         * @param end days from now at which the certificate expires
         */
        static Key of(@Nullable Key signer, int end, Map<ASN1ObjectIdentifier, ASN1Encodable> extensions) {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(256);
                KeyPair pair = generator.generateKeyPair();
                PrivateKey signing =
                        signer == null ? pair.getPrivate() : signer.pair().getPrivate();
                X500Name name = new X500Name("CN=" + (signer == null ? "authority" : "site"));
                JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        new X500Name("CN=authority"),
                        BigInteger.valueOf(signer == null ? 1 : 2),
                        Date.from(Instant.now().minus(9, ChronoUnit.DAYS)),
                        Date.from(Instant.now().plus(end, ChronoUnit.DAYS)),
                        name,
                        pair.getPublic());
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, "shop.example")));
                for (Map.Entry<ASN1ObjectIdentifier, ASN1Encodable> extension : extensions.entrySet()) {
                    builder.addExtension(extension.getKey(), true, extension.getValue());
                }
                return new Key(
                        pair,
                        new JcaX509CertificateConverter()
                                .getCertificate(
                                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signing))));
            } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
                throw new AssertionError(e);
            }
        }

        static Key authority() {
            return of(null, 9, Map.of(Extension.basicConstraints, new BasicConstraints(true)));
        }

        KeyStore store() throws GeneralSecurityException, IOException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, PASSWORD);
            store.setKeyEntry("site", pair.getPrivate(), PASSWORD, new Certificate[] {certificate});
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
        server.createContext("/", TlsConnectorTest::answer);
        server.start();
        return server;
    }

    private static @Nullable HttpFailure failure(HttpsServer server, Site.Tls tls, @Nullable String host) {
        ProbePage page = new ProbePage("id", "sessionctl-abc.php", "secret");
        ProbeClient web = new ProbeClient(new Site(server.getAddress().getPort(), tls, host, "", ""), droplet -> page);
        return catchThrowableOfType(HttpFailure.class, () -> web.count(DROPLET, "", 1));
    }

    private static CheckFailure finding(HttpsServer server, Site.Tls tls, @Nullable String host) {
        HttpFailure failure = failure(server, tls, host);
        return new CheckFailure("lamp01", Objects.requireNonNull(failure, "it must be refused"));
    }

    @Test
    void aGivenCertificateIsTrustedAndAnyOtherRefused() throws Exception {
        Key key = Key.of(null, 9, Map.of());
        HttpsServer server = serve(key.store());
        try {
            Site.Tls given = new Site.Tls(false, List.of(key.certificate()));
            assertThat(failure(server, given, "shop.example")).isNull();
            assertThat(failure(server, given, "shop.example:8443")).isNull();
            assertThat(failure(server, new Site.Tls(true, List.of()), null)).isNull();
            CheckFailure strange = finding(server, Site.Tls.DEFAULT, "shop.example");
            assertThat(strange.fault())
                    .startsWith("this machine does not trust the signer of the certificate of https://127.0.0.1:");
            assertThat(strange.remedy()).contains("--cacert", "--insecure");
            CheckFailure other = finding(server, given, "blog.example");
            assertThat(other.fault()).endsWith(" is for another name");
            assertThat(other.remedy()).contains("--host-header");
            assertThat(List.of(strange.fault(), other.fault())).noneMatch(what -> what.contains("Exception"));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anExpiredCertificateIsReportedAsExpired() throws Exception {
        Key authority = Key.authority();
        Site.Tls given = new Site.Tls(false, List.of(authority.certificate()));
        HttpsServer server = serve(Key.of(authority, -2, Map.of()).store());
        try {
            assertThat(finding(server, given, "shop.example").fault()).endsWith(" has expired");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aCertificateForClientsOnlyIsNotSaidToHaveAnotherName() throws Exception {
        Key authority = Key.authority();
        ExtendedKeyUsage clients = new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth);
        Site.Tls given = new Site.Tls(false, List.of(authority.certificate()));
        HttpsServer server = serve(Key.of(authority, 9, Map.of(Extension.extendedKeyUsage, clients))
                .store());
        try {
            CheckFailure refused = finding(server, given, "shop.example");
            assertThat(refused.fault())
                    .startsWith("the certificate of https://127.0.0.1:")
                    .contains(" is refused (Extended key usage does not permit use for TLS server authentication)");
            assertThat(refused.remedy()).contains("--insecure").doesNotContain("--host-header");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anAddressWithoutAnAlternativeNameIsAnotherName() throws Exception {
        Key key = Key.of(null, 9, Map.of());
        HttpsServer server = serve(key.store());
        try {
            Site.Tls given = new Site.Tls(false, List.of(key.certificate()));
            assertThat(finding(server, given, null).fault()).endsWith(" is for another name");
        } finally {
            server.stop(0);
        }
    }
}
