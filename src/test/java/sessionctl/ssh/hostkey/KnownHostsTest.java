package sessionctl.ssh.hostkey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.ssh.hostkey.KnownHosts.Line;
import sessionctl.ssh.hostkey.KnownHosts.Marker;

/** Parses and writes lines of known_hosts, as sshd(8) describes them. */
class KnownHostsTest {
    private static final Path FILE = Path.of("known_hosts");
    private static final HostKey KEY = new HostKey("ssh-ed25519", "AAAA");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.2.3.4            | 1.2.3.4            | true",
                "1.2.3.4            | 1.2.3.45           | false",
                "1.2.3.4            | [1.2.3.4]:2222     | false",
                "[1.2.3.4]:2222     | [1.2.3.4]:2222     | true",
                "a,1.2.3.4,b        | 1.2.3.4            | true",
                "1.2.3.*            | 1.2.3.4            | true",
                "1.2.3.?            | 1.2.3.45           | false",
                "1x2.3.4            | 1.2.3.4            | false",
                "1.2.3.4            | 1x2.3.4            | false",
                "*,!1.2.3.4         | 1.2.3.4            | false",
                "*,!1.2.3.4         | 1.2.3.5            | true",
                "!1.2.3.4           | 1.2.3.5            | false",
                "[1.2.3.*]:*        | [1.2.3.4]:2222     | true",
                "2001:DB8::1        | 2001:db8::1        | true",
                "[2001:db8::1]:2222 | [2001:db8::1]:2222 | true"
            })
    void aLineNamesTheHostsThatItsPatternsMatch(String hosts, String host, boolean named) {
        assertThat(new Line(FILE, 1, Marker.NONE, hosts, KEY).names(host)).isEqualTo(named);
    }

    @Test
    void markersAndLineNumbersAreReadAndInvalidLinesSkipped() {
        KnownHosts known = KnownHosts.parse(FILE, """
                # comment
                1.2.3.4 ssh-ed25519 AAAA comment with words

                  @revoked * ssh-rsa BBBB
                @cert-authority\t*\tssh-rsa\tCCC=
                @unheard * ssh-rsa DDDD
                1.2.3.4 2048 65537 123456789
                1.2.3.4
                nonsense nonsense n!nsense
                1.2.3.4 ecdsa-sha2-nistp256 EEEE""");

        assertThat(known.lines())
                .containsExactly(
                        new Line(FILE, 2, Marker.NONE, "1.2.3.4", KEY),
                        new Line(FILE, 4, Marker.REVOKED, "*", new HostKey("ssh-rsa", "BBBB")),
                        new Line(FILE, 5, Marker.CERT_AUTHORITY, "*", new HostKey("ssh-rsa", "CCC=")),
                        new Line(FILE, 10, Marker.NONE, "1.2.3.4", new HostKey("ecdsa-sha2-nistp256", "EEEE")));
    }

    @Test
    void malformedHashedNamesMatchNoHost() {
        for (String hosts : List.of("|1|", "|1||", "|1|x|y", "|1|====|====", "|2|AAAA|AAAA")) {
            assertThat(new Line(FILE, 1, Marker.NONE, hosts, KEY).names("1.2.3.4"))
                    .isFalse();
        }
    }

    @Test
    void aNewNameIsHashedIfOtherNamesAreHashed() {
        KnownHosts hashed =
                KnownHosts.parse(FILE, "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-rsa AAAA");
        String line = hashed.newLine("[1.2.3.4]:2222", KEY, false);

        assertThat(line).startsWith("|1|").endsWith(" ssh-ed25519 AAAA\n").doesNotContain("1.2.3.4");
        assertThat(KnownHosts.parse(FILE, line).linesOf(List.of("[1.2.3.4]:2222")))
                .hasSize(1);
        assertThat(KnownHosts.parse(FILE, line).linesOf(List.of("[1.2.3.4]:2223")))
                .isEmpty();
    }

    @Test
    void aNewNameIsWrittenPlainIfNoOtherIsHashed() {
        assertThat(KnownHosts.parse(FILE, "").newLine("1.2.3.4", KEY, false)).isEqualTo("1.2.3.4 ssh-ed25519 AAAA\n");
    }
}
