package sessionctl.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Answer;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.state.DropletFacts;

/** A droplet's list of servers is the one that PHP reads for every host and path. */
class ServerListTest {
    private static final String PHP = "file 644 root:root /etc/php/8.2/apache2/php.ini";
    private static final String MODULE = "file 644 root:root /etc/php/8.2/mods-available/memcache.ini";
    private static final String OURS =
            "session.save_handler = memcache\nsession.save_path = \"tcp://10.0.0.1:11211,tcp://10.0.0.2:11211\"\n";

    private static DropletFacts actual(String php, String module) throws IOException, InvalidAnswerException {
        Answer answer = Answer.named("debian-12-provisioned").with(PHP, php).with(MODULE, module);
        return FactsProbe.parse(answer.result());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OURS,
                "session.save_handler = files\n" + OURS,
                OURS + "[PATH=/srv/shop]\nsession.save_handler = files\nsession.save_path = /tmp\n",
                OURS + "[HOST=shop.test]\nsession.save_path = \"tcp://10.9.9.9:11211\"\n[Session]\n"
                        + "session.save_handler = files\n",
                "[Session]\n" + OURS + ";session.save_handler = files\n",
                "user_agent = \"a\nsession.save_handler = files\nb\"\n" + OURS,
                OURS + "user_agent = \"a\nsession.save_path = tcp://10.9.9.9:11211\nb\"\n",
                OURS + "foo = (bar\nsession.save_handler = files\n",
                "session.save_handler = 'memcache' ; ours\rsession.save_path = 'tcp://10.0.0.1:11211,tcp://10.0.0.2:11211'",
                """
                session.save_handler=memcache;ours
                session.save_path="tcp://10.0.0.1:11211,
                tcp://10.0.0.2:11211" ; not tcp://10.9.9.9:11211
                """,
                """
                lamp = "10.0.0.2"
                session.save_handler = Memcache
                session.save_path = "tcp://10.0.0.1:11211,tcp://${lamp}:11211"
                """
            })
    void theLastAssignmentThatAppliesEverywhereIsTheList(String ini) throws IOException, InvalidAnswerException {
        assertThat(ServerList.of(actual(ini, "extension=memcache.so\n")))
                .containsExactly("10.0.0.1:11211", "10.0.0.2:11211");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[PATH=/srv/shop]\n" + OURS,
                "[HOST=shop.test]\n[Session]\n" + OURS,
                "foo = (bar\n" + OURS,
                "user_agent = \"a\nsession.save_handler = memcache\nsession.save_path = tcp://10.0.0.1:11211\nb\"\n",
                OURS + "session.save_handler = \"files\" ; for now\n",
                OURS + "session.save_handler =\n"
            })
    void withoutAnAssignmentThatAppliesEverywhereThereIsNoList(String ini) throws IOException, InvalidAnswerException {
        assertThat(ServerList.of(actual(ini, "extension=memcache.so\n"))).isEmpty();
    }

    /** The lines of a cluster that was made by hand; the droplet's script prints a tab for | and a new line for ;. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/php/8.2/apache2/conf.d/99.ini:1|session.save_handler|Memcache|sapi=8.2/apache2;"
                        + "/etc/php/8.2/apache2/conf.d/99.ini:2|session.save_path|LIST|sapi=8.2/apache2",
                "/etc/php/8.2/apache2/conf.d/99.ini:1|session.save_handler|memcache|sapi=8.2/apache2;"
                        + "/etc/php/8.2/apache2/conf.d/99.ini:2|memcache.session_save_path|LIST|sapi=8.2/apache2",
                "/etc/apache2/conf-enabled/a.conf:1|session.save_handler|memcache|module;"
                        + "/etc/apache2/conf-enabled/a.conf:2|session.save_path|LIST|module",
                "/etc/apache2/sites-enabled/a.conf:1|session.save_handler|memcache|module part at=1;"
                        + "/etc/apache2/sites-enabled/a.conf:2|session.save_path|LIST|module part at=1;"
                        + "/etc/apache2/sites-enabled/b.conf:1|session.save_path|tcp://10.0.0.9:6379|module part at=2",
            })
    void aListInAnotherFileIsAdopted(String lines) throws IOException, InvalidAnswerException {
        String settings = lines.replace("LIST", "tcp://10.0.0.1:11211,tcp://10.0.0.2:11211")
                .replace('|', '\t')
                .replace(';', '\n');
        Answer answer = Answer.named("debian-12-provisioned")
                .with(PHP, "")
                .with(MODULE, "")
                .with("settings", settings);
        assertThat(ServerList.of(FactsProbe.parse(answer.result())))
                .containsExactly("10.0.0.1:11211", "10.0.0.2:11211");
    }

    @Test
    void aLineThatOverridesTheListOfAGuardedDropletChangesNoMembership() throws IOException, InvalidAnswerException {
        Answer answer = Answer.named("debian-12-provisioned")
                .with(PHP, OURS)
                .with(MODULE, "")
                .with("file 755 root:root /usr/local/lib/sessionctl/guard", "1;\n")
                .with("settings", "/etc/php/8.2/apache2/conf.d/99.ini:2\tsession.save_path\ttcp://10.9.9.9:11211\n");
        assertThat(ServerList.of(FactsProbe.parse(answer.result())))
                .containsExactly("10.0.0.1:11211", "10.0.0.2:11211");
    }

    @Test
    void theFileOfTheModuleIsReadLast() throws IOException, InvalidAnswerException {
        DropletFacts facts = actual(
                OURS + "memcache.session_redundancy = 9\nmemcache.lock_timeout = 3\n",
                "session.save_path = tcp://10.0.0.3:11211\nmemcache.session_redundancy = \"4\" ; copies\n");
        assertThat(ServerList.of(facts)).containsExactly("10.0.0.3:11211");
        assertThat(ServerList.copies(facts)).isEqualTo(4);
        assertThat(ServerList.lockTimeout(facts, 15)).isEqualTo(3);
    }

    @Test
    void numbersForASinglePathAreIgnored() throws IOException, InvalidAnswerException {
        for (String module : List.of(
                "[PATH=/srv/shop]\nmemcache.session_redundancy = 9\nmemcache.lock_timeout = 3\n",
                "memcache.session_redundancy = many\nmemcache.lock_timeout = 99999999999999999999\n")) {
            DropletFacts facts = actual(OURS, module);
            assertThat(ServerList.copies(facts)).isEqualTo(2);
            assertThat(ServerList.lockTimeout(facts, 15)).isEqualTo(15);
        }
    }

    /** The forms that the module accepts (memcache_session.c). */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp://10.0.0.1:11211?persistent=1&weight=2&timeout=1 | 10.0.0.1:11211",
                "tcp://10.0.0.1 | 10.0.0.1:11211",
                "tcp://10.0.0.1:0 | 10.0.0.1:11211",
                "tcp://10.0.0.1/?weight=1 | 10.0.0.1:11211",
                "TCP://10.0.0.1:11212/ | 10.0.0.1:11212",
                "//10.0.0.1:11212 | 10.0.0.1:11212",
                "10.0.0.1:11212 | 10.0.0.1:11212",
                "tcp://me@10.0.0.1:11212 | 10.0.0.1:11212",
                "'tcp://web01:11211?persistent=1&weight=1, tcp://web02' | web01:11211 web02:11211",
                "'  tcp://10.0.0.1:11211 tcp://10.0.0.2:11211,,' | 10.0.0.1:11211 10.0.0.2:11211",
                "tcp://[2001:db8::1]:11212 | [2001:db8::1]:11212",
                "tcp://[2001:db8::1] | [2001:db8::1]:11211",
                "'tcp://LocalHost, tcp://[::1]:11212' | 127.0.0.1:11211 127.0.0.1:11212",
                "unix:///run/memcached.sock?weight=1 | unix:///run/memcached.sock",
                "file:///run/memcached.sock | unix:///run/memcached.sock",
                "tcp://<b>:11211 | ?b??:11211",
                "/var/lib/php/sessions | ''",
                "web01 | ''",
                "tcp:///:11211 | ''",
                "tcp://10.0.0.1:11211;tcp://10.0.0.2:11211 | ''",
                "tcp://10.0.0.1:999999 | ''"
            })
    void everyServerThatTheModuleAcceptsIsRead(String path, String servers) throws IOException, InvalidAnswerException {
        DropletFacts facts = actual("session.save_handler = memcache\nsession.save_path = \"" + path + "\"\n", "");
        assertThat(String.join(" ", ServerList.of(facts))).isEqualTo(servers);
    }
}
