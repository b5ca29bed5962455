package sessionctl.verify;

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

/** A connection to a web server, as TLS makes it. */
final class Secured {
    private Secured() {}

    /**
     * Shakes hands.
     *
     * @param named the site's name; empty where it is asked for by its address
     * @param address of the droplet
     */
    static Socket socket(Socket plain, Site.Tls tls, String named, String address)
            throws IOException, GeneralSecurityException {
        String host = named.isEmpty() ? address : named;
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, judges(tls), null);
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

    /** Who says whether a certificate is good; null for what this machine trusts. */
    private static TrustManager @Nullable [] judges(Site.Tls tls) throws GeneralSecurityException, IOException {
        if (tls.anyCertificate()) {
            return new TrustManager[] {new Anybody()};
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

    /** Why a certificate was refused, or why there was none. */
    static WebFailure refused(Exception e, String url) {
        boolean judged = false;
        for (Throwable why = e; why != null; why = why.getCause()) {
            if (why instanceof CertificateExpiredException || why instanceof CertificateNotYetValidException) {
                String when = why instanceof CertificateExpiredException ? "has expired" : "is not valid yet";
                return new WebFailure(
                        "the certificate of " + url + " " + when, "renew it, and see that clocks are right");
            }
            if (why instanceof CertPathBuilderException) {
                return new WebFailure(
                        "nobody whom this machine trusts has signed the certificate of " + url,
                        "name the signer's certificate with --cacert, or take any with --insecure");
            }
            judged |= why instanceof CertificateException;
        }
        return judged
                ? new WebFailure(
                        "the certificate of " + url + " is for another name",
                        "name the site with --host-header, or take any certificate with --insecure")
                : new WebFailure(
                        "TLS fails at " + url + " (" + e.getMessage() + ")",
                        "see that the web server speaks TLS at that port, or name its port with --http-port");
    }

    /** As curl's --insecure. */
    private static final class Anybody extends X509ExtendedTrustManager {
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
