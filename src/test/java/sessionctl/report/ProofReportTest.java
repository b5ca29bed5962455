package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import sessionctl.verify.BadSession;
import sessionctl.verify.Case;
import sessionctl.verify.Copies;
import sessionctl.verify.Finding;
import sessionctl.verify.Proof;

class ProofReportTest {
    private static final Case WEB = Case.of("web", "every droplet serves PHP", "asked at http://a:80", List.of());
    private static final Finding CAUSE = new Finding("lamp02", "x is \u001b[2J <b> | y", "run: sessionctl provision");
    private static final Case SETTINGS = Case.of("settings", "settings are right", "50 compared", List.of(CAUSE));
    private static final Case SHARED = Case.of(
            "shared", "sessions are shared", "counted 1 1", List.of(new Finding("lamp02", "it is alone", "look")));
    private static final List<BadSession> LOST = IntStream.rangeClosed(1, 30)
            .mapToObj(i -> new BadSession("id" + i, BadSession.How.LOST, List.of("lamp01", "lamp02")))
            .toList();
    private static final Proof DRILLED = new Proof(
            "shop",
            List.of("lamp01", "lamp02"),
            List.of(Case.of(
                    "drill-stop",
                    "nobody loses",
                    "0 of 60",
                    List.of(new Finding("lamp01", "30 of 30 were lost", "look", LOST)))),
            List.of(),
            List.of(),
            null);
    private static final Case UNTRIED = Case.notTried("fallback", "nobody loses", "comes later");
    private static final Copies COPIES = new Copies(Map.of("lamp01", "i1"), Map.of("lamp01", Map.of("i1", "61")), 1);
    private static final Proof BROKEN = new Proof(
            "shop",
            List.of("lamp01", "lamp02"),
            List.of(WEB, SETTINGS, SHARED, UNTRIED),
            List.of(),
            List.of(new Proof.Uses("lamp01", "8.2.1", "apache2handler", "4.0.5.2", "abc", 12)),
            COPIES);
    private static final Proof HEALTHY =
            new Proof("shop", List.of("lamp01", "lamp02"), List.of(WEB), List.of(), List.of(), null);

    @Test
    void theFirstLineIsTheCauseWithItsRemedyAndWhatFollowsFromItStandsWithItsPromise() {
        assertThat(new TextReport(Style.PLAIN).of(BROKEN, 3)).isEqualTo("""
                lamp02: x is \\x1b[2J <b> | y; run: sessionctl provision

                1 promise kept, 2 broken, 1 not tried on 2 droplets.

                kept       every droplet serves PHP
                           asked at http://a:80
                broken     settings are right
                           50 compared
                           lamp02: x is \\x1b[2J <b> | y; run: sessionctl provision
                broken     sessions are shared
                           counted 1 1
                           lamp02: it is alone; look
                not tried  nobody loses
                           comes later

                droplet  PHP                   memcache  settings  slowest answer
                lamp01   8.2.1 apache2handler  4.0.5.2   abc       12 ms

                written on  on lamp01
                lamp01      yes
                """);
    }

    @Test
    void aHealthyClusterIsToldInItsFirstLine() {
        assertThat(new TextReport(Style.PLAIN).of(HEALTHY, 0))
                .startsWith("The one promise that was tried holds on 2 droplets.\n\nkept ");
    }

    @Test
    void programsAreGivenEveryFindingAndTheExitCode() {
        JsonObject root = JsonParser.parseString(new JsonReport().of(BROKEN, 3)).getAsJsonObject();
        assertThat(root.get("command").getAsString()).isEqualTo("verify");
        assertThat(root.get("exit_code").getAsInt()).isEqualTo(3);
        assertThat(root.getAsJsonArray("promises")).hasSize(4);
        assertThat(root.getAsJsonArray("promises").get(2).toString())
                .contains("\"result\":\"broken\"", "\"droplet\":\"lamp02\"", "it is alone");
        assertThat(root.getAsJsonArray("copies").toString()).contains("\"found_on\":{\"lamp01\":\"yes\"}");
    }

    @Test
    void markdownStaysATable() {
        assertThat(new MarkdownReport().of(BROKEN, 3))
                .startsWith("### sessionctl verify: 1 promise kept, 2 broken, 1 not tried on 2 droplets.\n\n- lamp02: ")
                .contains("| **broken** | sessions are shared | counted 1 1<br>lamp02: it is alone; look |\n")
                .doesNotContain("<b>");
    }

    private static Element suite(Proof proof) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(ProofJunit.of(proof).getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
    }

    private static Element failure(Proof proof) throws Exception {
        return (Element) suite(proof).getElementsByTagName("failure").item(0);
    }

    @Test
    void junitHasACaseAPromise() throws Exception {
        Element suite = suite(BROKEN);
        assertThat(suite.getAttribute("tests")).isEqualTo("4");
        assertThat(suite.getAttribute("failures")).isEqualTo("2");
        assertThat(suite.getAttribute("skipped")).isEqualTo("1");
        assertThat(failure(BROKEN).getTextContent())
                .isEqualTo("lamp02: x is \\x1b[2J <b> | y; run: sessionctl provision");
    }

    @Test
    void theSessionsAreNamedWithTheirDropletsTheFirstOfManyToPeopleAndAllToPrograms() throws Exception {
        assertThat(new TextReport(Style.PLAIN).of(DRILLED, 3))
                .contains(
                        "           session id1: lost on lamp01, lamp02\n",
                        "id5: ",
                        "           and 25 more sessions\n")
                .doesNotContain("id6:");
        assertThat(new MarkdownReport().of(DRILLED, 3))
                .contains("look<br>session id1: lost on lamp01, lamp02<br>", "<br>and 25 more sessions |\n");
        JsonArray sessions = JsonParser.parseString(new JsonReport().of(DRILLED, 3))
                .getAsJsonObject()
                .getAsJsonArray("promises")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("findings")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("sessions");
        assertThat(sessions).hasSize(30);
        assertThat(sessions.get(29))
                .hasToString("{\"id\":\"id30\",\"how\":\"lost\",\"droplets\":[\"lamp01\",\"lamp02\"]}");
        Element failure = failure(DRILLED);
        assertThat(failure.getAttribute("message")).isEqualTo("lamp01: 30 of 30 were lost; look");
        assertThat(failure.getTextContent().lines())
                .hasSize(22)
                .contains("session id20: lost on lamp01, lamp02", "and 10 more sessions");
    }

    @Test
    void aSessionThatIsLostOnManyDropletsNamesTheFirst() {
        List<String> droplets =
                IntStream.rangeClosed(1, 20).mapToObj(i -> "lamp" + i).toList();
        BadSession everywhere = new BadSession("id\u001b", BadSession.How.UNANSWERED, droplets);
        Finding finding = new Finding("lamp01", "it is so", "look", List.of(everywhere));
        Proof proof = new Proof(
                "shop", droplets, List.of(Case.of("x", "y", "z", List.of(finding))), List.of(), List.of(), null);
        assertThat(new TextReport(Style.PLAIN).of(proof, 3).lines())
                .contains("           session id\\x1b: not answered on lamp1, lamp2, lamp3, lamp4, lamp5 and")
                .contains("           15 more");
    }

    @Test
    void aDropletThatWasNotReachedIsAnErrorAndNamedOnce() throws Exception {
        Finding lost = new Finding("lamp02", "lamp02 (203.0.113.2): no answer; look", "");
        Proof proof = new Proof("shop", List.of("lamp02"), List.of(), List.of(lost), List.of(), null);
        assertThat(new TextReport(Style.PLAIN).of(proof, 4)).isEqualTo("lamp02 (203.0.113.2): no answer; look\n\n");
        assertThat(ProofJunit.of(proof)).contains("errors=\"1\"", "<error message=\"lamp02 (203.0.113.2): no answer");
    }
}
