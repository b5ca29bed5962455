package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.inventory.Cluster;
import sessionctl.state.UnsupportedDropletException;

/** Options and lines with which memcached would not serve PHP or the guard are refused before any change. */
class StartObstaclesTest {
    private static final Cluster CLUSTER = Samples.lamps(1);
    private static final String PART = "/etc/systemd/system/memcached.service.d/";

    private static Answer provisioned() throws IOException {
        return Answer.named("debian-12-provisioned").replacing("10.99.0.1/", "10.98.0.1/");
    }

    private static String refusal(Answer answer) throws IOException, InvalidAnswerException {
        try {
            new DesiredStates(CLUSTER, Samples.templates())
                    .stateOf(CLUSTER.droplets().get(0), FactsProbe.parse(answer.result()));
            return "";
        } catch (UnsupportedDropletException e) {
            return e.sentence();
        }
    }

    private static String refusal(String line) throws IOException, InvalidAnswerException {
        return refusal(
                provisioned().with("file 644 root:root /etc/memcached.conf", "# own\n-m 64\n" + line + "\n-v\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-s /run/memcached/memcached.sock | option -s /run/memcached/memcached.sock makes memcached listen on a",
                "-s/run/x                    | option -s /run/x makes",
                "--unix-socket=/run/x        | option -s /run/x makes",
                "--unix-sock /run/x          | option -s /run/x makes",
                "-vs /run/x                  | option -s /run/x makes",
                "-v '-s' /run/x              | option -s /run/x makes",
                "-S                          | option -S makes memcached require SASL",
                "-vS                         | option -S makes",
                "--enable-sasl               | option -S makes",
                "-B binary                   | option -B binary excludes memcached's text protocol",
                "-Bbinary                    | option -B binary excludes",
                "--protocol=\"binary\"       | option -B binary excludes",
                "--proto=bin\\ary            | option -B binary excludes",
                "-Z                          | option -Z makes memcached require TLS",
                "--enable-ssl -o ssl_key=/k  | option -Z makes",
                "-Y /etc/memcached.auth      | option -Y /etc/memcached.auth makes memcached require a password",
                "--auth-file=/a              | option -Y /a makes",
                "-X                          | option -X forbids the list of keys",
                "--disable-dumping           | option -X forbids",
                "-o no_lru_crawler           | option -o no_lru_crawler turns off the LRU crawler",
                "-o slab_reassign,no_lru_crawler | option -o slab_reassign,no_lru_crawler turns off",
                "--extended='no_lru_crawler' | option -o no_lru_crawler turns off",
                "-o no_modern                | option -o no_modern turns off",
                "--disable-cas               | option -C turns off",
                "--daemon                    | option -d makes memcached leave",
                "-vd                         | option -d makes",
                "-V                          | option -V makes memcached print",
            })
    void anOptionThatExcludesPhpOrTheGuardIsNamedWithItsLine(String line, String fault) throws Exception {
        assertThat(refusal(line))
                .startsWith("/etc/memcached.conf:3: the ")
                .contains(fault)
                .containsAnyOf(
                        "; run there: sed -i '3s/^/#/' /etc/memcached.conf", "; remove that option from the line");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# -s /run/x",
                "-v # -S",
                "-d",
                "-B ascii",
                "--protocol=auto",
                "-o modern",
                "-o no_lru_crawler,lru_crawler",
                "-o hash_algorithm=murmur3",
                "-F -A -M -k",
                "-P /run/memcached/s.pid",
                "-u -s",
                "s",
            })
    void otherOptionsAreNoObstacle(String line) throws Exception {
        assertThat(refusal(line)).isEmpty();
    }

    @Test
    void aCommandOfTheUnitThatDoesNotServePhpIsNamedWithItsLine() throws Exception {
        String starts = PART + "b.conf:3:ExecStart=/usr/bin/memcached -p 11211 -l 127.0.0.1 -u memcache\n" + PART
                + "a.conf:2:ExecStart=/usr/bin/memcached -l 10.98.0.1\n";
        assertThat(refusal(provisioned().with("starts", starts)))
                .isEqualTo(PART + "b.conf:3: this command makes memcached listen at 127.0.0.1, port 11211, and does not"
                        + " read /etc/memcached.conf; run there: sed -i"
                        + " '3s|=.*|=/usr/share/memcached/scripts/systemd-memcached-wrapper /etc/memcached.conf|' "
                        + PART + "b.conf && systemctl daemon-reload");
        for (String command : new String[] {
            "/usr/bin/memcached -l 10.98.0.1 -s /run/x",
            "/usr/bin/nice -n 5 /usr/bin/memcached --enable-sasl",
            "-/bin/sh -c \"exec /usr/bin/memcached -l 10.98.0.1 -o no_lru_crawler\"",
            "memcached -l 10.98.0.1 -p 11212",
            "/usr/bin/memcached",
        }) {
            assertThat(refusal(provisioned().with("starts", PART + "o.conf:1:ExecStart=" + command)))
                    .as(command)
                    .startsWith(PART + "o.conf:1: th");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ExecStart=/usr/bin/memcached -d -m 64 -p 11211 -l 10.98.0.1",
                "ExecStart=/usr/bin/memcached -l $ADDRESS -p $PORT",
                "ExecStart=/usr/share/memcached/scripts/systemd-memcached-wrapper /etc/memcached.conf",
                "ExecStart=/bin/sh -c \"/usr/bin/memcached $(cat /etc/memcached.conf)\"",
                "ExecStart=/opt/start -u memcached",
                "ExecStart=/usr/bin/memcached \\",
                "ExecStart=",
                "ENABLE_MEMCACHED=yes",
            })
    void otherCommandsAreNoObstacle(String line) throws Exception {
        assertThat(refusal(provisioned().with("starts", PART + "o.conf:1:" + line)))
                .isEmpty();
    }

    @Test
    void aStartScriptThatIsSwitchedOffIsNamed() throws Exception {
        assertThat(refusal(provisioned().with("starts", "/etc/default/memcached:4:ENABLE_MEMCACHED=\"no\"")))
                .isEqualTo("/etc/default/memcached:4: ENABLE_MEMCACHED=\"no\" keeps memcached from starting; run there:"
                        + " sed -i '4s/=.*/=yes/' /etc/default/memcached");
    }
}
