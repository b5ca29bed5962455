package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.command.CommandResult;
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
        return new PhpSettings(droplet, "8.2.1", "fpm-fcgi", "4.0.5.2", values, general);
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
        PhpSettings bare =
                new PhpSettings("lamp02", "8.2.1", "apache2handler", "", Map.of("session.save_path", PATH), Map.of());
        assertThat(new PhpSettingsCheck(List.of(bare)).withoutModule()).hasSize(1);
        assertThat(differences(settings("lamp01"), bare)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "main,   /etc/php/8.2/fpm/php.ini > session.save_path = \"files\" > run: {sessionctl provision}",
                "scanned,/etc/php/8.2/fpm/conf.d/99-own.ini > session.save_path=files ; own > remove that line from"
                        + " the file, then run there: systemctl reload php8.2-fpm",
                "pool,   /etc/php/8.2/fpm/pool.d/www.conf > php_admin_value[session.save_path] = files > remove that"
                        + " line from the file, then run there: systemctl reload php8.2-fpm"
            })
    void aDifferenceNamesItsFileAndItsRemedy(String where, String line, String remedy) {
        String[] words = where.split(",\\s*");
        PhpSettings uses = settings("lamp01", "session.save_path", "files");
        PhpSettings general = new PhpSettings("lamp01", "8", "fpm-fcgi", "4", uses.values(), uses.values());
        String answer = "main\t/etc/php/8.2/fpm/php.ini\t3\tsession.save_path = \"" + PATH + "\"\n" + words[0] + "\t"
                + words[1] + "\t7\t" + line.strip() + "\n";
        CheckFailure finding = DirectiveSources.read(
                        general, "php8.2-fpm", "/etc/php/8.2/fpm/php.ini", new CommandResult(0, answer, ""))
                .finding(differences(general).get(0));
        assertThat(finding.fault())
                .isEqualTo("session.save_path is files, not the inventory's " + PATH + " (" + words[1] + ":7)");
        assertThat(finding.remedy()).isEqualTo(remedy);
    }

    @Test
    void aSettingOfTheFolderIsTracedToItsHtaccess() {
        PhpSettings overridden = settings("lamp01", "session.save_path", "files");
        String answer = """
                main\t/etc/php.ini\t3\tsession.save_path = files
                folder\t/var/www/html/.htaccess\t2\tphp_value session.save_path "files"
                """;
        CheckFailure finding = DirectiveSources.read(
                        overridden, "apache2", "/etc/php/8.2/apache2/php.ini", new CommandResult(0, answer, ""))
                .finding(differences(overridden).get(0));
        assertThat(finding.fault()).endsWith("(/var/www/html/.htaccess:2)");
        assertThat(finding.remedy()).isEqualTo("remove that line from the file");
    }

    @Test
    void aDifferingLifetimeIsToBeSetInTheInventory() {
        String lifetime = "session.gc_maxlifetime";
        Map<String, String> values =
                new LinkedHashMap<>(settings("lamp03", lifetime, "1501").values());
        PhpSettings longer = new PhpSettings("lamp03", "8", "apache2handler", "4", values, values);
        String answer = "main\t/etc/php.ini\t3\t" + lifetime + " = 1501\n";
        Difference difference = differences(
                        settings("lamp01", lifetime, "1440"), settings("lamp02", lifetime, "1440"), longer)
                .get(0);
        assertThat(DirectiveSources.read(
                                longer, "apache2", "/etc/php/8.2/apache2/php.ini", new CommandResult(0, answer, ""))
                        .finding(difference)
                        .remedy())
                .isEqualTo("set sessions.lifetime in the inventory, then run: {sessionctl provision}");
    }

    @Test
    void correctFilesThatPhpHasNotReadYetNeedAReload() {
        PhpSettings old = settings("lamp01", "session.save_path", "files");
        PhpSettings general = new PhpSettings("lamp01", "8", "apache2handler", "4", old.values(), old.values());
        String answer = "main\t/etc/php.ini\t3\tsession.save_path = \"" + PATH + "\"\n";
        assertThat(DirectiveSources.read(
                                general, "apache2", "/etc/php/8.2/apache2/php.ini", new CommandResult(0, answer, ""))
                        .finding(differences(general).get(0))
                        .remedy())
                .endsWith("there: systemctl reload apache2");
    }
}
