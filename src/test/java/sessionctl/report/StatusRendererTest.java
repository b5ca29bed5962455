package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.cli.FaultyClusters;
import sessionctl.health.ClusterHealth;
import sessionctl.ports.PortState;
import sessionctl.report.html.StatusHtml;
import sessionctl.report.json.StatusJson;
import sessionctl.report.markdown.StatusMarkdown;
import sessionctl.report.text.StatusText;

class StatusRendererTest {
    private static ClusterHealth damaged() throws IOException {
        return new FaultyClusters()
                .with(3, a -> a.with("stats", "bytes 900000\nlimit_maxbytes 67108864\ncurr_items 9\nevictions 7\n"))
                .losing(2, "lamp02 (203.0.113.2): \u001b[2J|<b>`no`</b>")
                .overview();
    }

    @Test
    void aHealthyClusterFitsOnOneScreen() throws IOException {
        assertThat(new StatusText(TextStyle.PLAIN, () -> "").of(new FaultyClusters().overview(), 0))
                .isEqualTo("""
                cluster cluster: 3 droplets, nothing is wrong.

                droplet  up    apache  php     memcached  guard  clock    request  drift
                lamp01   24 h  2.4.71  8.2.36  1.6.18     open   +0.00 s  0.8 ms   0
                lamp02   24 h  2.4.71  8.2.36  1.6.18     open   +0.00 s  0.8 ms   0
                lamp03   24 h  2.4.71  8.2.36  1.6.18     open   +0.00 s  0.8 ms   0
                guard: open to PHP; clock: ahead; request: one key, all servers; drift: changes

                droplet  memory        sessions  evicted  hits  memcached up
                lamp01   0.5 of 64 MB  3         0        99 %  60 min
                lamp02   0.5 of 64 MB  3         0        99 %  60 min
                lamp03   0.5 of 64 MB  3         0        99 %  60 min

                connections to port 11211
                rows connect from, columns connect to; ✓ as expected, ✗ not
                                  lamp01    lamp02    lamp03
                lamp01            open ✓    open ✓    open ✓
                lamp02            open ✓    open ✓    open ✓
                lamp03            open ✓    open ✓    open ✓
                outside, private  silent ✓  silent ✓  silent ✓
                """);
    }

    private static ClusterHealth unguarded() throws IOException {
        FaultyClusters patients = new FaultyClusters();
        for (int i = 1; i <= 3; i++) {
            patients.with(i, a -> a.with("stats", "bytes 9\nlimit_maxbytes 67108864\ncurr_items 9\nevictions 7\n"));
        }
        return patients.losing(2, "lamp02 (203.0.113.2): no answer").overview();
    }

    @Test
    void textPrintsASharedFaultOnceAndJsonPrintsItForEachDroplet() throws IOException {
        String text = new StatusText(TextStyle.PLAIN, () -> "2026-11-24 08:00:00 UTC").of(unguarded(), 4);
        assertThat(text)
                .contains(
                        "lamp01, lamp03: memcached has evicted 7 items",
                        "3 droplets, 2 problems.\n2026-11-24 08:00:00 UTC\n\n")
                .doesNotContain("lamp03: memcached has evicted 7 items from its 64 MB\nlamp");
        assertThat(text.lines().filter(l -> l.contains("evicted 7 items"))).hasSize(1);
        assertThat(new StatusMarkdown().of(unguarded(), 4))
                .contains("- **error** lamp01, lamp03: memcached has evicted");
        assertThat(new StatusHtml(FaultyClusters.PROVENANCE).of(unguarded(), 4))
                .contains("<strong>lamp01, lamp03</strong> memcached has evicted");
        assertThat(JsonParser.parseString(new StatusJson().of(unguarded(), 4))
                        .getAsJsonObject()
                        .getAsJsonArray("findings"))
                .hasSize(3);
    }

    @Test
    void theWorstProblemIsRepeatedAtTheEndOfATextThatScrolls() throws IOException {
        String low = new StatusText(new TextStyle(false, false, 80, 12), () -> "").of(unguarded(), 4);
        String high = new StatusText(new TextStyle(false, false, 80, 60), () -> "").of(unguarded(), 4);
        assertThat(low).startsWith(high);
        assertThat(low.substring(high.length())).startsWith("\n2 problems; the worst: lamp02: it could not be reached");
        assertThat(new StatusText(new TextStyle(false, false, 80, 12), () -> "").of(new FaultyClusters().overview(), 0))
                .doesNotContain("worst");
    }

    @Test
    void sentencesWrapBetweenWordsAndCommandsDoNotWrap() throws IOException {
        String text = new StatusText(new TextStyle(false, false, 60, 60), () -> "").of(unguarded(), 4);
        String problem = text.substring(text.indexOf("lamp01, lamp03"), text.indexOf("cluster cluster"));
        assertThat(problem.lines().count()).isGreaterThan(1);
        assertThat(problem.lines().skip(1)).allMatch(line -> line.startsWith("  "));
        assertThat(problem.lines()).allMatch(line -> line.length() <= 60 || line.startsWith("  sessionctl "));
        assertThat(problem).contains("sessionctl provision shop.yml\n");
        assertThat(problem.replaceAll("\n +", " "))
                .isEqualTo(new StatusText(TextStyle.PLAIN, () -> "")
                                .of(unguarded(), 4)
                                .lines()
                                .filter(l -> l.contains("evicted"))
                                .findFirst()
                                .orElseThrow()
                        + "\n");
    }

    @Test
    void theMatrixIsReadableInAnAsciiLocale() throws IOException {
        ClusterHealth health =
                new FaultyClusters().withPort("lamp01", 2, PortState.REFUSED).overview();
        assertThat(new StatusText(TextStyle.PLAIN, () -> "").of(health, 3))
                .contains("lamp01            open ✓     refused ✗  open ✓");
        assertThat(new StatusText(new TextStyle(false, true, 0, 0), () -> "").of(health, 3))
                .contains("columns connect to; ! not as expected\n", "refused !")
                .matches(text ->
                        text.substring(text.indexOf("connections")).chars().allMatch(c -> c < 128));
    }

    @Test
    void theHtmlPageShowsTheHealthAndMarksProblems() throws IOException {
        String healthy = new StatusHtml(FaultyClusters.PROVENANCE).of(new FaultyClusters().overview(), 0);
        assertThat(healthy)
                .contains(
                        "<header class=\"good\"><h1>✓ cluster cluster: 3 droplets, nothing is wrong</h1>",
                        "<th class=\"number\" title=\"changes that provision would make\">drift</th>",
                        "sessionctl 0.1.0 · inventory shop.yml · 2026-11-24 08:00:00 UTC<code>sessionctl status shop.yml"
                                + " --html status.html</code>")
                .doesNotContain("http-equiv=\"refresh\"", "<b class=");
        ClusterHealth slow = new FaultyClusters()
                .with(1, a -> a.with("trips", "10.98.0.2 silent 1000.000\n"))
                .losing(2, "lamp02 (203.0.113.2): no answer")
                .overview();
        Provenance watched = new Provenance("now", "0.1.0", "shop.yml", "sessionctl status", 5);
        assertThat(new StatusHtml(watched).of(slow, 4))
                .contains(
                        "<header class=\"bad\"><h1>✗ cluster",
                        "<b class=\"bad\">✗ unreached</b>",
                        "<b class=\"bad\">✗ 1000.0 ms</b>",
                        "<meta http-equiv=\"refresh\" content=\"5\">",
                        "now, every 5 s<code>");
    }

    /** This machine has no route to these addresses. */
    @Test
    void anUntestedConnectionIsNotShownAsClosed() throws IOException {
        ClusterHealth health = new FaultyClusters()
                .withPort("outside", 1, PortState.NOT_TESTED)
                .withPort("outside", 2, PortState.NOT_TESTED)
                .withPort("outside", 3, PortState.NOT_TESTED)
                .overview();
        String why = "not tested: this machine has no route to 10.98.0.1, 10.98.0.2, 10.98.0.3\n";
        assertThat(health.findings()).isEmpty();
        assertThat(new StatusText(TextStyle.PLAIN, () -> "").of(health, 0))
                .contains("outside, private  not tested  not tested  not tested\n", why);
        assertThat(new StatusMarkdown().of(health, 0))
                .contains("outside, private  not tested  not tested  not tested\n", why);
        assertThat(new StatusHtml(FaultyClusters.PROVENANCE).of(health, 0))
                .contains("outside, private to lamp01 at 10.98.0.1: not tested", ">?<")
                .doesNotContain(">–<");
        JsonObject last = JsonParser.parseString(new StatusJson().of(health, 0))
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
    void problemsComeFirstAndUnknownValuesAreDashes() throws IOException {
        String text = new StatusText(TextStyle.PLAIN, () -> "").of(damaged(), 4);
        assertThat(text.lines().toList().subList(0, 3))
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("lamp02: it could not be reached: \\x1b[2J"),
                        two -> assertThat(two).startsWith("lamp03: memcached has evicted 7 items from its 64 MB"),
                        three -> assertThat(three).isEqualTo("cluster cluster: 3 droplets, 2 problems."));
        assertThat(text).containsPattern("lamp02 +unreached +- +- +- +- +- +- +-\n");
    }

    @Test
    void aStartingMemcachedIsNotShownAsDown() throws IOException {
        String starting = "memcached.service\nActiveState=activating\nSubState=start-post";
        ClusterHealth health = new FaultyClusters()
                .with(1, a -> a.replacing("memcached.service\nActiveState=active", starting))
                .with(
                        2,
                        a -> a.replacing(
                                "memcached.service\nActiveState=active", "memcached.service\nActiveState=failed"))
                .overview();
        assertThat(new StatusText(TextStyle.PLAIN, () -> "").of(health, 3))
                .containsPattern("lamp01 .* starting +open")
                .containsPattern("lamp02 .* down +open");
        JsonObject memcached = JsonParser.parseString(new StatusJson().of(health, 3))
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
    void aMemcachedWithoutItsPidFileIsAnError() throws IOException {
        String waiting = "memcached.service\nActiveState=activating\nSubState=start-post\nControlPID=0\nMainPID=812";
        ClusterHealth health = new FaultyClusters()
                .with(1, a -> a.replacing("memcached.service\nActiveState=active", waiting))
                .overview();
        assertThat(new StatusText(TextStyle.PLAIN, () -> "").of(health, 3))
                .contains(
                        "lamp01: systemd waits for a PID file that memcached does not write, and stops memcached after"
                                + " its timeout; run: sessionctl provision");
    }

    @Test
    void colourIsUsedOnlyIfRequested() throws IOException {
        assertThat(TrustedControls.written(new StatusText(TextStyle.COLOUR, () -> "").of(damaged(), 4)))
                .startsWith("\u001b[31mlamp02: ");
        assertThat(new StatusText(TextStyle.PLAIN, () -> "").of(damaged(), 4)).doesNotContain("\u001b");
    }

    @Test
    void jsonHasTheContentsOfTheText() throws IOException {
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
    void keysOfOtherProgramsAreShownIfTheDropletCountsThem() throws IOException {
        ClusterHealth health = new FaultyClusters()
                .with(1, a -> a.with("cache", a.text("cache") + "others 12\n"))
                .overview();
        JsonObject root = JsonParser.parseString(new StatusJson().of(health, 0)).getAsJsonObject();
        assertThat(root.getAsJsonArray("droplets").asList())
                .extracting(
                        d -> d.getAsJsonObject().getAsJsonObject("memcached").get("other_keys"))
                .containsExactly(new JsonPrimitive(12), null, null);
    }

    @Test
    void theSessionsOfAnUnreachableDropletAreUnknown() throws IOException {
        String page = new StatusHtml(FaultyClusters.PROVENANCE).of(damaged(), 4);
        assertThat(page)
                .contains("lamp01 holds session")
                .doesNotContain("lamp02 lacks session", "lamp02 holds session");
    }

    @Test
    void longNamesDoNotOverlapThePictures() throws IOException {
        StringBuilder inventory = new StringBuilder("droplets:\n");
        for (int i = 1; i <= 3; i++) {
            inventory.append(String.format(
                    "  - {name: web-production-frankfurt-on-the-main-%d, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d}%n",
                    i, i, i));
        }
        String page = new StatusHtml(FaultyClusters.PROVENANCE)
                .of(new FaultyClusters(Samples.cluster(inventory.toString())).overview(), 0);
        assertThat(Pattern.compile("<svg width=\"(\\d+)\"")
                        .matcher(page)
                        .results()
                        .map(m -> Integer.parseInt(m.group(1))))
                .hasSize(3)
                .allMatch(width -> width <= 352, "a window of 400 pixels");
        assertThat(page)
                .contains(
                        "<title>web-production-frankfurt-on-the-main-1 holds session",
                        "<title>web-production-frankfurt-on-the-main-1: ",
                        ">web-produ…the-main-1</text>",
                        ">web-produ…the-main-1: ");
    }

    @Test
    void textOfADropletIsEscapedInMarkdownAndHtml() throws IOException {
        assertThat(new StatusMarkdown().of(damaged(), 4)).contains("- **error** lamp02: ", "\\|&lt;b>\\`no\\`");
        assertThat(new StatusHtml(FaultyClusters.PROVENANCE).of(damaged(), 4))
                .contains("|&lt;b&gt;`no`&lt;/b&gt;")
                .doesNotContain("<b>", "\u001b");
    }
}
