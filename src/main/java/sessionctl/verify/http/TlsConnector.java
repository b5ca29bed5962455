package sessionctl.verify.http;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Opens TLS connections to web servers. */
final class TlsConnector {
    private TlsConnector() {}

    /**
     * Performs the TLS handshake and returns the encrypted socket.
     *
     * @param named the site's name; empty if the site is requested by address
     * @param address the droplet's address
     */
    static Socket connect(Socket plain, Site.Tls tls, String named, String address)
            throws IOException, GeneralSecurityException {
        String host = named.isEmpty() ? address : named;
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trustManagers(tls), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, plain.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        if (!named.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        if (!tls.anyCertificate()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** Returns the trust managers for a certificate check; null selects this machine's trust store. */
    private static TrustManager @Nullable [] trustManagers(Site.Tls tls) throws GeneralSecurityException, IOException {
        if (tls.anyCertificate()) {
            return new TrustManager[] {new TrustAll()};
        }
        if (tls.trusted().isEmpty()) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < tls.trusted().size(); i++) {
            store.setCertificateEntry("trusted-" + i, tls.trusted().get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** Explains a failed handshake: a refused certificate, or a server that does not speak TLS. */
    static HttpFailure describeError(Exception e, String url) {
        CertificateException judged = null;
        for (Throwable why = e; why != null; why = why.getCause()) {
            if (why instanceof CertificateExpiredException || why instanceof CertificateNotYetValidException) {
                String when = why instanceof CertificateExpiredException ? "has expired" : "is not valid yet";
                return new HttpFailure("the certificate of " + url + " " + when, "renew it, and check the clocks");
            }
            if (why instanceof CertPathBuilderException) {
                return new HttpFailure(
                        "this machine does not trust the signer of the certificate of " + url,
                        "name the signer's certificate with --cacert, or accept any with --insecure");
            }
            judged = why instanceof CertificateException certificate ? certificate : judged;
        }
        return judged == null
                ? new HttpFailure(
                        "TLS fails at " + url + " (" + e.getMessage() + ")",
                        "check that the web server speaks TLS at that port, or name its port with --http-port")
                : rejected(judged, url);
    }

    private static HttpFailure rejected(CertificateException why, String url) {
        // Java has no exception of its own for a name.
        String message = String.valueOf(why.getMessage());
        return message.startsWith("No name matching ") || message.startsWith("No subject alternative ")
                ? new HttpFailure(
                        "the certificate of " + url + " is for another name",
                        "name the site with --host-header, or accept any certificate with --insecure")
                : new HttpFailure(
                        "the certificate of " + url + " is refused (" + message + ")",
                        "replace it, or accept any certificate with --insecure");
    }

    /** A trust manager that accepts every certificate, as curl's {@code --insecure} does. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
