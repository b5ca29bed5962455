package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.cli.Patients;
import sessionctl.health.Overview;
import sessionctl.verify.Answer;

class StatusReportTest {
    private static Overview damaged() throws IOException {
        return new Patients()
                .with(3, a -> a.with("stats", "bytes 900000\nlimit_maxbytes 67108864\ncurr_items 9\nevictions 7\n"))
                .losing(2, "lamp02 (203.0.113.2): \u001b[2J|<b>`no`</b>")
                .overview();
    }

    @Test
    void aHealthyClusterFitsOnOneScreen() throws IOException {
        assertThat(new StatusText(Style.PLAIN).of(new Patients().overview(), 0)).isEqualTo("""
                cluster cluster: 3 droplets, nothing is wrong.

                droplet  up    apache  php     memcached  guard  clock    request  drift
                lamp01   24 h  2.4.71  8.2.36  1.6.18     open   +0.00 s  0.8 ms   0
                lamp02   24 h  2.4.71  8.2.36  1.6.18     open   +0.00 s  0.8 ms   0
                lamp03   24 h  2.4.71  8.2.36  1.6.18     open   +0.00 s  0.8 ms   0

                droplet  memory        sessions  evicted  hits  memcached up
                lamp01   0.5 of 64 MB  3         0        99 %  60 min
                lamp02   0.5 of 64 MB  3         0        99 %  60 min
                lamp03   0.5 of 64 MB  3         0        99 %  60 min

                who reaches port 11211
                                  lamp01    lamp02    lamp03
                lamp01            open      open      open
                lamp02            open      open      open
                lamp03            open      open      open
                outside, private  silent    silent    silent
                """);
    }

    /** From this machine nothing at these addresses answers. */
    @Test
    void aConnectionThatCouldNotBeTestedIsNotShownAsClosed() throws IOException {
        Overview overview = new Patients()
                .way("outside", 1, Answer.NOT_TESTED)
                .way("outside", 2, Answer.NOT_TESTED)
                .way("outside", 3, Answer.NOT_TESTED)
                .overview();
        String why = "not tested: this machine has no route to 10.98.0.1, 10.98.0.2, 10.98.0.3\n";
        assertThat(overview.findings()).isEmpty();
        assertThat(new StatusText(Style.PLAIN).of(overview, 0))
                .contains("outside, private  not tested  not tested  not tested\n", why);
        assertThat(new StatusMarkdown().of(overview, 0))
                .contains("outside, private  not tested  not tested  not tested\n", why);
        assertThat(new StatusHtml("now").of(overview, 0))
                .contains("outside, private to lamp01 at 10.98.0.1: not tested", ">?<")
                .doesNotContain(">–<");
        JsonObject last = JsonParser.parseString(new StatusJson().of(overview, 0))
                .getAsJsonObject()
                .getAsJsonArray("matrix")
                .asList()
                .stream()
                .map(JsonElement::getAsJsonObject)
                .filter(cell -> cell.get("from").getAsString().equals("outside"))
                .findFirst()
                .orElseThrow();
        assertThat(last.get("answer").getAsString()).isEqualTo("not_tested");
        assertThat(last.has("right")).isFalse();
    }

    @Test
    void whatIsWrongStandsOnTopAndWhatIsNotKnownIsNotMadeUp() throws IOException {
        String text = new StatusText(Style.PLAIN).of(damaged(), 4);
        assertThat(text.lines().toList().subList(0, 3))
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("lamp02: it could not be reached: \\x1b[2J"),
                        two -> assertThat(two).startsWith("lamp03: memcached has pushed 7 items out of its 64 MB"),
                        three -> assertThat(three).isEqualTo("cluster cluster: 3 droplets, 2 findings."));
        assertThat(text).containsPattern("lamp02 +unreached +- +- +- +- +- +- +-\n");
    }

    @Test
    void whatStartsIsToldApartFromWhatIsDown() throws IOException {
        String starting = "memcached.service\nActiveState=activating\nSubState=start-post";
        Overview overview = new Patients()
                .with(1, a -> a.replacing("memcached.service\nActiveState=active", starting))
                .with(
                        2,
                        a -> a.replacing(
                                "memcached.service\nActiveState=active", "memcached.service\nActiveState=failed"))
                .overview();
        assertThat(new StatusText(Style.PLAIN).of(overview, 3))
                .containsPattern("lamp01 .* starting +open")
                .containsPattern("lamp02 .* down +open");
        JsonObject memcached = JsonParser.parseString(new StatusJson().of(overview, 3))
                .getAsJsonObject()
                .getAsJsonArray("droplets")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("services")
                .getAsJsonObject("memcached");
        assertThat(memcached.get("running").getAsBoolean()).isFalse();
        assertThat(memcached.get("starting").getAsBoolean()).isTrue();
    }

    @Test
    void aMemcachedForWhosePidFileSystemdWaitsIsAnError() throws IOException {
        String waiting = "memcached.service\nActiveState=activating\nSubState=start-post\nControlPID=0\nMainPID=812";
        Overview overview = new Patients()
                .with(1, a -> a.replacing("memcached.service\nActiveState=active", waiting))
                .overview();
        assertThat(new StatusText(Style.PLAIN).of(overview, 3))
                .contains("lamp01: systemd waits for a PID file that memcached does not write, and stops memcached when"
                        + " its time is up; run: sessionctl provision");
    }

    @Test
    void colourIsOnlyWhereItIsWanted() throws IOException {
        assertThat(OwnControl.written(new StatusText(Style.COLOUR).of(damaged(), 4)))
                .startsWith("\u001b[31mlamp02: ");
        assertThat(new StatusText(Style.PLAIN).of(damaged(), 4)).doesNotContain("\u001b");
    }

    @Test
    void theDocumentForProgramsSaysTheSame() throws IOException {
        JsonObject root =
                JsonParser.parseString(new StatusJson().of(damaged(), 4)).getAsJsonObject();
        assertThat(root.get("format_version").getAsString()).isEqualTo("1.0");
        assertThat(root.get("command").getAsString()).isEqualTo("status");
        assertThat(root.get("exit_code").getAsInt()).isEqualTo(4);
        JsonObject second = root.getAsJsonArray("findings").get(1).getAsJsonObject();
        assertThat(second.get("severity").getAsString()).isEqualTo("error");
        assertThat(second.get("droplet").getAsString()).isEqualTo("lamp03");
        assertThat(second.get("remedy").getAsString()).isEqualTo("sessionctl provision shop.yml");
        JsonObject unreached = root.getAsJsonArray("droplets").get(1).getAsJsonObject();
        assertThat(unreached.get("reached").getAsBoolean()).isFalse();
        assertThat(unreached.has("memcached")).isFalse();
        JsonObject reached = root.getAsJsonArray("droplets").get(2).getAsJsonObject();
        assertThat(reached.getAsJsonObject("memcached").get("evictions").getAsInt())
                .isEqualTo(7);
        assertThat(reached.getAsJsonObject("session_request")
                        .get("milliseconds")
                        .getAsDouble())
                .isEqualTo(0.75);
    }

    @Test
    void whatADropletThatWasNotReachedHoldsIsNotKnown() throws IOException {
        String page = new StatusHtml("now").of(damaged(), 4);
        assertThat(page)
                .contains("lamp01 holds session")
                .doesNotContain("lamp02 lacks session", "lamp02 holds session");
    }

    @Test
    void longNamesLeaveThePicturesTheirRoom() throws IOException {
        StringBuilder inventory = new StringBuilder("droplets:\n");
        for (int i = 1; i <= 3; i++) {
            inventory.append(String.format(
                    "  - {name: web-production-frankfurt-on-the-main-%d, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d}%n",
                    i, i, i));
        }
        String page = new StatusHtml("now").of(new Patients(Samples.cluster(inventory.toString())).overview(), 0);
        assertThat(Pattern.compile("<svg width=\"(\\d+)\"")
                        .matcher(page)
                        .results()
                        .map(m -> Integer.parseInt(m.group(1))))
                .hasSize(3)
                .allMatch(width -> width <= 352, "a window of 400 pixels");
        assertThat(page)
                .contains(
                        "<title>web-production-frankfurt-on-the-main-1 holds session", ">web-produ…the-main-1</text>");
    }

    @Test
    void nothingThatADropletSaysIsMarkup() throws IOException {
        assertThat(new StatusMarkdown().of(damaged(), 4)).contains("- **error** lamp02: ", "\\|&lt;b>\\`no\\`");
        assertThat(new StatusHtml("now").of(damaged(), 4))
                .contains("|&lt;b&gt;`no`&lt;/b&gt;")
                .doesNotContain("<b>", "\u001b");
    }
}
