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
import sessionctl.facts.UnreadableFact;
import sessionctl.inventory.Cluster;
import sessionctl.state.Actual;
import sessionctl.state.Unfit;

/** What PHP would not read is not said to be done. */
class IniFaultTest {
    private static final String FILE = "file 644 root:root /etc/php/8.2/apache2/php.ini";
    private static final String OURS = "session.save_handler = memcache\nsession.save_path=\"tcp://10.98.0.1:11211\"\n";

    private static String edited(String ini) throws IOException, UnreadableFact, Unfit {
        Cluster cluster = Samples.lamps(1);
        Answer answer = Answer.named("debian-12-provisioned").with(FILE, ini);
        Actual actual = FactsProbe.parse(answer.result());
        return new DesiredStates(cluster, Samples.templates())
                .of(Samples.lamp01(), actual)
                .state()
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
    void aSyntaxErrorBeforeOurPlaceIsAReasonWithFileAndLine(String ini) {
        assertThatThrownBy(() -> edited(ini))
                .isInstanceOf(Unfit.class)
                .hasMessage("/etc/php/8.2/apache2/php.ini has a syntax error in line 2, behind which PHP reads nothing;"
                        + " correct it");
    }

    @Test
    void oneBehindOurLinesOrInASectionOfAPathChangesNothing() throws IOException, UnreadableFact, Unfit {
        for (String ini : new String[] {OURS + "b = (c\n", OURS + "[PATH=/x]\nb = (c\n"}) {
            assertThat(edited(ini)).contains(ini);
        }
        assertThat(edited("[PATH=/x]\nb = (c\n")).contains(OURS + "[PATH=/x]\nb = (c\n");
    }
}
