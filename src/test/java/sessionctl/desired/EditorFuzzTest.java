package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sessionctl.Fuzz;
import sessionctl.ini.Directive;
import sessionctl.ini.IniFile;

/** A second edit of an edited file changes nothing, also for mutated files. */
class EditorFuzzTest {
    private static final List<Directive> INI = Directive.of("session.save_handler = memcache\n?a.b = 1\n");
    private static final List<Directive> FLAGS = Directive.of("-m 64\n-l 10.0.0.1\n-U 0\n");
    private static final String PHP_INI = """
            [PHP]
            engine = On
            ; session.save_handler = files
            [Session]
            session.save_handler = files
            session.save_path = "tcp://10.0.0.1:11211" ; x
            [PATH=/srv]
            a.b = 2
            """;
    private static final String MEMCACHED =
            "# text\n-d\nlogfile /x\n-m 64\n# -m 1\n-p 11211\n-u memcache\n-l 127.0.0.1\n";

    @Test
    void aSecondEditOfAMutatedPhpIniChangesNothing() {
        Fuzz.each(List.of(PHP_INI), text -> {
            String once = IniFile.with(text, INI);
            assertThat(IniFile.with(once, INI)).isEqualTo(once);
        });
    }

    @Test
    void aSecondEditOfAMutatedMemcachedConfChangesNothing() {
        Fuzz.each(List.of(MEMCACHED, MEMCACHED.replace("\n", "\r\n"), MEMCACHED.replace("-p", "\r-p")), text -> {
            String once = MemcachedConfFile.with(text, FLAGS);
            assertThat(MemcachedConfFile.with(once, FLAGS)).isEqualTo(once);
        });
    }
}
