package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.state.Assignment;
import sessionctl.state.PhpLayout;
import sessionctl.verify.PhpSettingsCheck.Difference;
import sessionctl.verify.http.PhpSettings;

class PhpSettingsCheckTest {
    private static final String PATH = "tcp://10.0.0.1:11211,tcp://10.0.0.2:11211";
    private static final Map<String, String> RIGHT =
            Map.of("session.save_handler", "memcache", "session.save_path", PATH, "memcache.session_redundancy", "3");

    private static PhpSettings settings(String droplet, String... changed) {
        Map<String, String> values = new LinkedHashMap<>(RIGHT);
        values.put("memcache.allow_failover", "1");
        values.put("session.name", "PHPSESSID");
        values.put("memcache.session_save_path", "");
        Map<String, String> general = new LinkedHashMap<>(values);
        for (int i = 0; i < changed.length; i += 2) {
            values.put(changed[i], changed[i + 1]);
        }
        return new PhpSettings(droplet, "8.2.1", "fpm-fcgi", "", "4.0.5.2", values, general);
    }

    private static List<Difference> differences(PhpSettings... all) {
        Map<String, Map<String, String>> expected = new LinkedHashMap<>();
        for (PhpSettings one : all) {
            Map<String, String> wanted = new LinkedHashMap<>(RIGHT);
            wanted.put("memcache.allow_failover", "On");
            expected.put(one.droplet(), wanted);
        }
        return new PhpSettingsCheck(List.of(all)).differences(expected);
    }

    @Test
    void equalSettingsHaveNoDifferenceAndOneFingerprint() {
        PhpSettings one = settings("lamp01");
        PhpSettings two = settings("lamp02");
        assertThat(differences(one, two)).isEmpty();
        assertThat(one.fingerprint(RIGHT.keySet())).isEqualTo(two.fingerprint(RIGHT.keySet()));
        assertThat(settings("lamp03", "session.save_path", "x").fingerprint(RIGHT.keySet()))
                .isNotEqualTo(one.fingerprint(RIGHT.keySet()));
    }

    @Test
    void aValueOtherThanTheInventorysIsADifferenceOnEveryDroplet() {
        String wrong = "memcache.session_redundancy";
        List<Difference> found = differences(settings("lamp01", wrong, "2"), settings("lamp02", wrong, "2"));
        assertThat(found).extracting(Difference::droplet).containsExactly("lamp01", "lamp02");
        assertThat(found.get(0)).isEqualTo(new Difference("lamp01", wrong, "2", "3", "the inventory's", true));
    }

    @Test
    void aSettingOutsideTheInventoryMustBeThatOfMostDroplets() {
        List<Difference> found =
                differences(settings("lamp01", "session.name", "SID"), settings("lamp02"), settings("lamp03"));
        assertThat(found)
                .containsExactly(new Difference("lamp01", "session.name", "SID", "PHPSESSID", "lamp02, lamp03", false));
    }

    @Test
    void aSavePathThatOverridesTheInventorysIsADifference() {
        assertThat(differences(settings("lamp01", "memcache.session_save_path", "tcp://10.0.0.9:11211")))
                .extracting(Difference::directive)
                .containsExactly("memcache.session_save_path");
    }

    @Test
    void aMissingModuleIsReportedInsteadOfItsSettings() {
        PhpSettings bare = new PhpSettings(
                "lamp02", "8.2.1", "apache2handler", "", "", Map.of("session.save_path", PATH), Map.of());
        assertThat(new PhpSettingsCheck(List.of(bare)).withoutModule()).hasSize(1);
        assertThat(differences(settings("lamp01"), bare)).isEmpty();
    }

    private static Assignment line(String file, String number, String name, String value, String... words) {
        return new Assignment(file, number, name, value, Set.of(words));
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/php/8.2/fpm/php.ini, own, run: {sessionctl provision}",
        "/etc/php/8.2/fpm/conf.d/99-own.ini, sapi=8.2/fpm, 'remove that line from the file, then run there: systemctl"
                + " reload php8.2-fpm'",
        "/etc/php/8.2/fpm/pool.d/www.conf, pool=www, 'remove that line from the file, then run there: systemctl reload"
                + " php8.2-fpm'",
    })
    void aDifferenceNamesItsFileAndItsRemedy(String file, String word, String remedy) {
        PhpSettings uses = settings("lamp01", "session.save_path", "files");
        PhpSettings general = new PhpSettings("lamp01", "8", "fpm-fcgi", "", "4", uses.values(), uses.values());
        CheckFailure finding = new DirectiveSources(
                        general,
                        "php8.2-fpm",
                        "/etc/php/8.2/fpm/php.ini",
                        List.of(
                                line("/etc/php/8.2/fpm/php.ini", "3", "session.save_path", PATH, "own"),
                                line(file, "7", "session.save_path", "files", word)))
                .finding(differences(general).get(0));
        assertThat(finding.fault())
                .isEqualTo("session.save_path is files, not the inventory's " + PATH + " (" + file + ":7)");
        assertThat(finding.remedy()).isEqualTo(remedy);
    }

    private static CheckFailure finding(PhpSettings settings, Difference difference, Assignment... lines) {
        return new DirectiveSources(settings, "apache2", "/etc/php/8.2/apache2/php.ini", List.of(lines))
                .finding(difference);
    }

    @Test
    void aSettingOfTheFolderIsTracedToItsHtaccess() {
        PhpSettings overridden = settings("lamp01", "session.save_path", "files");
        CheckFailure finding = finding(
                overridden,
                differences(overridden).get(0),
                line("/etc/php.ini", "3", "session.save_path", "files", "own"),
                line("/var/www/html/.htaccess", "2", "session.save_path", "files", "module", "part"));
        assertThat(finding.fault()).endsWith("(/var/www/html/.htaccess:2)");
        assertThat(finding.remedy()).isEqualTo("remove that line from the file");
    }

    @Test
    void aDifferingLifetimeIsToBeSetInTheInventory() {
        String lifetime = "session.gc_maxlifetime";
        Map<String, String> values =
                new LinkedHashMap<>(settings("lamp03", lifetime, "1501").values());
        PhpSettings longer = new PhpSettings("lamp03", "8", "apache2handler", "", "4", values, values);
        Difference difference = differences(
                        settings("lamp01", lifetime, "1440"), settings("lamp02", lifetime, "1440"), longer)
                .get(0);
        assertThat(finding(longer, difference, line("/etc/php.ini", "3", lifetime, "1501", "own"))
                        .remedy())
                .isEqualTo("set sessions.lifetime in the inventory, then run: {sessionctl provision}");
    }

    @Test
    void correctFilesThatPhpHasNotReadYetNeedAReload() {
        PhpSettings old = settings("lamp01", "session.save_path", "files");
        PhpSettings general = new PhpSettings("lamp01", "8", "apache2handler", "", "4", old.values(), old.values());
        assertThat(finding(
                                general,
                                differences(general).get(0),
                                line("/etc/php.ini", "3", "session.save_path", PATH, "own"))
                        .remedy())
                .endsWith("there: systemctl reload apache2");
    }

    @Test
    void anotherPhpThanTheConfiguredOneIsRecognized() {
        PhpSettings fpm = new PhpSettings("lamp01", "8.2.7", "fpm-fcgi", "", "", Map.of(), Map.of());
        assertThat(fpm.isOf(new PhpLayout("8.2", true))).isTrue();
        assertThat(fpm.isOf(new PhpLayout("8.3", true))).isFalse();
        assertThat(fpm.isOf(new PhpLayout("8.2", false))).isFalse();
        PhpSettings own =
                new PhpSettings("lamp01", "8.4.1", "fpm-fcgi", "/etc/php/8.2/fpm/php.ini", "", Map.of(), Map.of());
        assertThat(own.isOf(new PhpLayout("8.2", true)))
                .as("another program with the files of the distribution's")
                .isTrue();
    }
}
