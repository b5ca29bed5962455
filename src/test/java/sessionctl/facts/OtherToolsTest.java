package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.command.Scripts;

/** The scripts that gather facts, with tools that answer as those of other releases; each tool is a shell function. */
class OtherToolsTest {
    private static final String LISTENS =
            "ss() { echo 'LISTEN 0 128 0.0.0.0:2022 0.0.0.0:* users:((\"sshd\",pid=7,fd=3))';"
                    + " echo 'LISTEN 0 128 127.0.0.1:6010 0.0.0.0:* users:((\"sshd\",pid=9,fd=3))';"
                    + " echo 'LISTEN 0 128 [::]:2022 [::]:* users:((\"sshd\",pid=7,fd=4))';"
                    + " echo 'LISTEN 0 511 *:80 *:* users:((\"apache2\",pid=8,fd=4))'; }\n";

    @Test
    void optionsOfSshdAreReadInAnyCase() throws Exception {
        for (String option : new String[] {"listenaddress", "ListenAddress", "LISTENADDRESS"}) {
            String sshd = "sshd() { echo 'Port 22'; echo '" + option + " 0.0.0.0:22'; echo '" + option + " [::]:22';"
                    + " echo '" + option + " 10.1.1.1:2222'; }\n";
            assertThat(section(sshd + LISTENS, "firewall/facts.sh", "sshd").lines())
                    .as(option)
                    .containsExactly("22", "22", "2222");
        }
    }

    @Test
    void withoutPortsFromSshdTheListeningPortsAreRead() throws Exception {
        assertThat(section("sshd() { return 255; }\n" + LISTENS, "firewall/facts.sh", "sshd")
                        .lines())
                .containsExactly("2022", "2022");
        assertThat(section("sshd() { return 255; }\nss() { :; }\n", "firewall/facts.sh", "sshd")
                        .strip())
                .isEmpty();
    }

    @Test
    void portsOfAnSshSocketUnitAreRead() throws Exception {
        String tools = "sshd() { echo 'ListenAddress 0.0.0.0:22'; }\nsystemctl() { case $1 in show) echo"
                + " '0.0.0.0:2200 (Stream)'; echo '[::]:2200 (Stream)' ;; esac; }\n";
        assertThat(section(tools, "firewall/facts.sh", "sshd").lines()).containsExactly("22", "2200", "2200");
    }

    @ParameterizedTest(name = "{0} has {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "/dev/vda1 51343840 9231 41234567 19% /                | 41234567",
                "/dev/vda1 51343840 9231        0 100% /               | 0",
                "overlay  263174212 25180868 82000000       24% /      | 82000000",
                "/dev/mapper/a b 51343840 9231 41234567 19% /var       | 41234567",
                "/dev/sda 100 20 80 20% /var/with 5 6 7% words         | 80",
                "none 0 0 0 - /var                                     | 0",
                "none - - - - /var                                     | ''",
                "''                                                    | ''",
                "df: no file systems processed                         | ''",
            })
    void freeSpaceIsReadFromEveryOutputOfDf(String line, String free) throws Exception {
        String header = line.isEmpty() ? "" : "echo 'Filesystem 1024-blocks Used Available Capacity Mounted on';";
        assertThat(section("df() { " + header + " echo '" + line + "'; }\n", "facts/preflight.sh", "disk")
                        .strip())
                .isEqualTo(free);
        assertThat(section("df() { return 1; }\n", "facts/preflight.sh", "disk").strip())
                .isEmpty();
    }

    /** The records are those of ufw 0.36: with a source, a list of ports, an application, a range, and another action. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in                      > allows",
                "limit any 80 0.0.0.0/0 any 10.0.0.7 in                       > allows",
                "allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 Apache%20Full - in  > allows",
                "allow_log tcp 22,80 0.0.0.0/0 any 0.0.0.0/0 in               > allows",
                "allow tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in                    > yes",
                "allow tcp 22 0.0.0.0/0 80 0.0.0.0/0 in                       > yes",
                "deny tcp 80 0.0.0.0/0 any 0.0.0.0/0 in                       > yes",
            })
    void aRuleOfUfwForPort80IsRead(String rule, String found) throws Exception {
        String tools = "grep() { case \"$*\" in *ufw.conf) return 0 ;; *) command grep \"$@\" ;; esac; }\n"
                + "cat() { echo '### tuple ### " + rule + "'; }\n";
        assertThat(section(tools, "facts/preflight.sh", "ufw").strip()).isEqualTo(found);
    }

    /** Returns one section of a script's output; other commands are those of this machine. */
    private static String section(String tools, String script, String name)
            throws IOException, InterruptedException, InvalidAnswerException {
        boolean first = script.equals("facts/preflight.sh");
        String text = first
                ? "began=0\nsay() { printf '%s %s\\n%s\\n' \"$1\" \"${#2}\" \"$2\"; }\n" + Scripts.text(script)
                : Scripts.text(script);
        Process process = new ProcessBuilder("sh", "-c", tools + text)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String packed = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        process.waitFor();
        Map<String, String> texts = AnswerSections.of(packed).texts();
        return texts.getOrDefault(name, "(no section " + name + ")");
    }
}
