package sessionctl.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemcachedFlagsTest {
    private static String spelled(MemcachedFlags flags) {
        return flags.flags().stream().map(MemcachedFlags.Flag::toString).collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "-m 64                    > -m 64",
                "-m64                     > -m 64",
                "--memory-limit=64        > -m 64",
                "--memory-limit 64        > -m 64",
                "-l 127.0.0.1 -l ::1      > -l 127.0.0.1 -l ::1",
                "--listen=127.0.0.1       > -l 127.0.0.1",
                "-p 11211 -U 0            > -p 11211 -U 0",
                "--port=1 --udp-port=0    > -p 1 -U 0",
                "-vv                      > -v -v",
                "-vm 64                   > -v -m 64",
                "-I 2m -c 10 -t 2         > -I 2m -c 10 -t 2",
                "-o modern                > -o modern",
                "--enable-shutdown        > -A",
                "--disable-d --lock -m 64 > -X -k -m 64",
                "--disable -m 64          > --disable -m 64",
                "-P \"/run/m.pid\"        > -P /run/m.pid",
                "-P '/run/m.pid'          > -P /run/m.pid",
                "-m                       > -m",
                "-m 64 # comment          > -m 64",
                "  -m 64                  > -m 64",
                "-l $(hostname -I | cut -d' ' -f2) -p 1 > -l $(hostname -I | cut -d' ' -f2) -p 1",
                "-m $(( $(nproc) * 64 ))  > -m $(( $(nproc) * 64 ))",
                "-l `ip -4 -o addr` -c 9  > -l `ip -4 -o addr` -c 9",
                "-l $(hostname -p 1       > -l $(hostname -p 1",
            })
    void everySpellingOfAnOptionIsEqual(String line, String meaning) {
        assertThat(spelled(MemcachedFlags.ofFile(line))).isEqualTo(meaning);
    }

    /** Lines are read as by Debian's start script. */
    @ParameterizedTest
    @CsvSource({"# -m 64", "logfile /var/log/memcached.log", "-d", "-d -m 64", "-h", "''", "word"})
    void linesThatTheStartScriptIgnoresSetNoOption(String line) {
        assertThat(MemcachedFlags.ofFile(line)).isEqualTo(MemcachedFlags.NONE);
    }

    @Test
    void aCommentEndsAtTheEndOfItsLine() {
        assertThat(MemcachedFlags.ofFile("-m 64 # \u00c3\u0085 -p 1\r\n-c 5"))
                .isEqualTo(MemcachedFlags.ofFile("-m 64\n-c 5\n"));
    }

    @Test
    void theArgumentsOfARunningProcessIncludeTheDaemonFlag() {
        assertThat(spelled(MemcachedFlags.ofWords(List.of("-d", "-m", "64")))).isEqualTo("-d -m 64");
    }

    @ParameterizedTest
    @CsvSource({
        "-m 64, --memory-limit=64, true",
        "-m 64, -m 65, false",
        "-m 64, '', false",
        "'', '', true",
        "-m 1 -m 64, -m 64, true",
        "-m 64 -m 1, -m 64, false",
        "-p 1 -m 64, -m 64 -p 1, true",
        "-l 127.0.0.1 -l ::1, -l 127.0.0.1, false",
        "-l 127.0.0.1, -l 127.0.0.1, true",
        "-c 5, -c 6, true",
    })
    void filesAgreeIfTheirRelevantOptionsAreEqual(String one, String other, boolean agree) {
        MemcachedFlags left = MemcachedFlags.ofFile(one);
        assertThat(left.agreesOn(List.of("-m", "-l", "-p"), MemcachedFlags.ofFile(other)))
                .isEqualTo(agree);
    }

    @ParameterizedTest
    @CsvSource({"-m 64, false", "-m, true", "-v, false", "--listen, true", "--enable-shutdown, false"})
    void anOptionWithoutItsRequiredValueIsDetected(String line, boolean lacking) {
        assertThat(MemcachedFlags.ofLine(line).get(0).lacksValue()).isEqualTo(lacking);
    }
}
