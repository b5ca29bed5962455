package sessionctl.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.inventory.Droplet;

/** The severity of an overriding setting in another file, and the command that removes it. */
class OverrideFindingsTest {
    private static final Droplet LAMP = Samples.lamp01();
    private static final String MODULE = "debian-12-provisioned";
    private static final String FPM = "ubuntu-22.04-fpm-behind-nginx";
    private static final String SED = "ssh root@203.0.113.1 'sed -i --follow-symlinks '\\''3{/session[.]save_path/s/^/";

    private static List<Finding> findings(String facts, String settings) throws IOException, InvalidAnswerException {
        Answer answer = Answer.named(facts).with("settings", settings.replace('|', '\t'));
        return new OverrideFindings(
                        Map.of(LAMP, FactsProbe.parse(answer.result())),
                        Map.of(LAMP.name(), Map.of("session.save_path", "tcp://10.98.0.1:11211")),
                        new Remedies("shop.yml"))
                .findings();
    }

    private static Finding only(String facts, String settings) throws IOException, InvalidAnswerException {
        List<Finding> findings = findings(facts, settings);
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    /**
     * A command removes a statement that is its own line. In any other case a # before one line would do nothing, or
     * too much.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                "/etc/apache2/conf-enabled/zz.conf:2-4|session.save_path|/tmp@these lines by hand, then: service apache2 reload",
                "/etc/nginx/sites-enabled/shop:3|session.save_path|/tmp|fcgi part shared@that line by hand, then: service nginx reload",
                "/etc/nginx/sites-enabled/shop:3-5|session.save_path|/tmp|fcgi part shared@these lines by hand, then: service nginx reload",
                "/var/www/html/.htaccess:3-4|session.save_path|/tmp@these lines by hand",
                "/srv/own.conf:7|session.save_path|/tmp|shared@that line by hand, then: service apache2 reload",
            })
    void aSettingThatSharesItsLineIsEditedByHand(String setting, String how) throws Exception {
        Finding finding = only(setting.contains("fcgi") ? FPM : MODULE, setting);
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.what())
                .isEqualTo(setting.replaceAll("[|].*", "")
                        + " sets session.save_path, which overrides the inventory's; edit " + how);
        assertThat(finding.remedy()).isEmpty();
    }

    @Test
    void aSettingOnItsOwnLineIsRemovedByACommand() throws Exception {
        Finding finding = only(MODULE, "/etc/apache2/conf-enabled/zz.conf:3|session.save_path|/tmp");
        assertThat(finding.what()).endsWith("overrides the inventory's");
        assertThat(finding.remedy()).startsWith(SED + "#/}'\\'' /etc/apache2/conf-enabled/zz.conf");
    }

    /** Only CGI and FPM read a .user.ini; nginx reads no .htaccess. */
    @ParameterizedTest
    @CsvSource({
        "debian-12-provisioned, .htaccess",
        "debian-12-bare, .htaccess",
        "debian-12-fpm-behind-apache, .htaccess .user.ini",
        "ubuntu-22.04-fpm-behind-nginx, .user.ini"
    })
    void aFileThatNoServerReadsIsNoFinding(String facts, String expected) throws Exception {
        for (String setting : List.of(":3|session.save_path|/tmp", ":0|unread|it is larger than 1 MB")) {
            String both = "/var/www/html/.htaccess" + setting
                    + (facts.contains("fpm") ? "|fcgi" : "|module") + " part\n/var/www/html/.user.ini" + setting
                    + "|fcgi part\n";
            String said = findings(facts, both).toString();
            for (String file : List.of(".htaccess", ".user.ini")) {
                if (expected.contains(file) && (setting.contains("save_path") || expected.startsWith(file))) {
                    assertThat(said).contains("/var/www/html/" + file);
                } else if (!expected.contains(file)) {
                    assertThat(said).doesNotContain(file);
                }
            }
        }
    }

    @Test
    void aFileThatApacheMayReadIsAWarning() throws Exception {
        Finding finding = only(MODULE, "/var/www/html/.htaccess:3|session.save_path|/tmp|maybe");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.what())
                .isEqualTo("/var/www/html/.htaccess:3 sets session.save_path, which overrides the inventory's if"
                        + " AllowOverride permits it");
        assertThat(finding.remedy()).startsWith(SED);
    }

    @Test
    void skippedFilesAreOneWarning() throws Exception {
        String unread = "/var/www/a/.htaccess:0|unread|it is larger than 1 MB\n";
        Finding one = only(MODULE, unread);
        assertThat(one.severity()).isEqualTo(Severity.WARNING);
        assertThat(one.what())
                .isEqualTo("not searched for PHP session settings: /var/www/a/.htaccess (it is larger than 1 MB)");
        List<Finding> two = findings(
                MODULE,
                unread + "the other files:0|unread|it took more than 20 s\n"
                        + "/etc/apache2/conf-enabled/zz.conf:3|session.save_path|/tmp\n");
        assertThat(two).extracting(Finding::severity).containsExactly(Severity.ERROR, Severity.WARNING);
        assertThat(two.get(1).what()).endsWith("(it is larger than 1 MB), and 1 more");
    }
}
