package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.inventory.Cluster;
import sessionctl.state.DropletFacts;
import sessionctl.state.UnsupportedDropletException;

/** A file whose settings PHP would not read is not reported as done. */
class IniFaultTest {
    private static final String FILE = "file 644 root:root /etc/php/8.2/apache2/php.ini";
    private static final String OURS = "session.save_handler = memcache\nsession.save_path=\"tcp://10.98.0.1:11211\"\n";

    private static String edited(String ini) throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = Samples.lamps(1);
        Answer answer = Answer.named("debian-12-provisioned").with(FILE, ini);
        DropletFacts facts = FactsProbe.parse(answer.result());
        return new DesiredStates(cluster, Samples.templates())
                .stateOf(Samples.lamp01(), facts)
                .file("/etc/php/8.2/apache2/php.ini")
                .toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = 1\nb = (c\n" + OURS,
                "a = 1\nuser_agent = \"open\n" + OURS,
                "a = 1\n[;PATH=/x]\n",
                "a = 1\nno = 1\nsession.save_handler = files\n[PATH=/x]\n"
            })
    void aSyntaxErrorBeforeTheSettingsIsReportedWithFileAndLine(String ini) {
        assertThatThrownBy(() -> edited(ini))
                .isInstanceOf(UnsupportedDropletException.class)
                .hasMessage("/etc/php/8.2/apache2/php.ini has a syntax error in line 2, after which PHP reads"
                        + " nothing; fix it");
    }

    @Test
    void aSyntaxErrorAfterTheSettingsIsIgnored()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        for (String ini : new String[] {OURS + "b = (c\n", OURS + "[PATH=/x]\nb = (c\n"}) {
            assertThat(edited(ini)).contains(ini);
        }
        assertThat(edited("[PATH=/x]\nb = (c\n")).contains(OURS + "[PATH=/x]\nb = (c\n");
    }
}
