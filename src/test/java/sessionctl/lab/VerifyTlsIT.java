package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sites that use TLS only, with a self-signed certificate. */
class VerifyTlsIT {
    private static final List<String> NAMES = SharedCluster.NAMES;
    private static final String CERTIFICATE = "/etc/ssl/shop.pem";
    private static final String SITE = """
            <VirtualHost *:443>
            ServerName shop.example
            DocumentRoot /var/www/html
            SSLEngine on
            SSLCertificateFile /etc/ssl/shop.pem
            </VirtualHost>
            """;

    private static Lab lab;

    @BeforeAll
    static void enableTls() {
        lab = SharedCluster.inService();
        String key = lab.onHost(
                "lamp01",
                "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=shop.example"
                        + " -addext subjectAltName=DNS:shop.example -keyout " + CERTIFICATE + " -out /etc/ssl/shop.crt"
                        + " 2>/dev/null && cat /etc/ssl/shop.crt >>" + CERTIFICATE + " && cat " + CERTIFICATE);
        lab.onHosts(
                NAMES,
                "printf '%s' '" + key + "' >" + CERTIFICATE + " && printf '%s' '" + SITE
                        + "' >/etc/apache2/sites-available/shop.conf && a2enmod -q ssl && a2ensite -q shop &&"
                        + " systemctl restart apache2");
    }

    @AfterAll
    static void disableTls() {
        lab.onHosts(NAMES, "a2dissite -q shop; a2dismod -q ssl; systemctl restart apache2; rm -f /etc/ssl/shop.*");
    }

    private static Result verify(String... options) {
        List<String> words =
                new ArrayList<>(List.of("verify", SharedCluster.inventory().toString(), "--tls"));
        words.addAll(List.of(options));
        return lab.run(words.toArray(String[]::new)).withoutTraces();
    }

    @Test
    void anUntrustedCertificateIsRefusedWithTheRemedy() {
        assertThat(verify("--host-header", "shop.example").exits(3).out())
                .startsWith("lamp01: this machine does not trust the signer of the certificate of https://"
                        + lab.host("lamp01").publicIp()
                        + ":443; name the signer's certificate with --cacert, or accept any with --insecure\n");
    }

    @Test
    void aSiteIsVerifiedOverTlsWithItsCertificate() {
        String given =
                lab.file(lab.onHost("lamp01", "cat /etc/ssl/shop.crt"), ".pem").toString();
        assertThat(verify("--host-header", "shop.example", "--cacert", given)
                        .exits(0)
                        .out())
                .startsWith("All 7 checks passed on 3 droplets.\n")
                .contains("requested from https://" + lab.host("lamp01").publicIp() + ":443, https://");
        assertThat(verify("--host-header", "blog.example", "--cacert", given)
                        .exits(3)
                        .out())
                .contains(":443 is for another name; name the site with --host-header");
    }

    @Test
    void aSiteIsVerifiedOverTlsWithoutCertificateChecks() {
        assertThat(verify("--host-header", "shop.example", "--insecure")
                        .exits(0)
                        .out())
                .startsWith("All 7 checks passed on 3 droplets.\n");
        assertThat(verify("-k").exits(0).out()).startsWith("All 7 checks passed");
    }
}
