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
import sessionctl.report.json.RunJson;
import sessionctl.report.junit.VerificationJunit;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.text.RunText;
import sessionctl.verify.CheckFailure;
import sessionctl.verify.CheckResult;
import sessionctl.verify.SessionFailure;
import sessionctl.verify.SessionReplicas;
import sessionctl.verify.VerificationResult;

class VerificationReportTest {
    private static final CheckResult WEB =
            CheckResult.of("web", "every droplet serves PHP", "requested from http://a:80", List.of());
    private static final CheckFailure CAUSE =
            new CheckFailure("lamp02", "x is \u001b[2J <b> | y", "run: sessionctl provision");
    private static final CheckResult SETTINGS =
            CheckResult.of("settings", "settings are right", "50 compared", List.of(CAUSE));
    private static final CheckResult SHARED = CheckResult.of(
            "shared", "sessions are shared", "counted 1 1", List.of(new CheckFailure("lamp02", "it is alone", "look")));
    private static final List<SessionFailure> LOST = IntStream.rangeClosed(1, 30)
            .mapToObj(i -> new SessionFailure("id" + i, SessionFailure.How.LOST, List.of("lamp01", "lamp02")))
            .toList();
    private static final VerificationResult DRILLED = new VerificationResult(
            "shop",
            List.of("lamp01", "lamp02"),
            List.of(CheckResult.of(
                    "drill-stop",
                    "no session is lost",
                    "0 of 60",
                    List.of(new CheckFailure("lamp01", "30 of 30 were lost", "look", LOST)))),
            List.of(),
            List.of(),
            null);
    private static final CheckResult UNTRIED = CheckResult.skipped("fallback", "no session is lost", "comes later");
    private static final SessionReplicas COPIES =
            new SessionReplicas(Map.of("lamp01", "i1"), Map.of("lamp01", Map.of("i1", "61")), 1);
    private static final VerificationResult BROKEN = new VerificationResult(
            "shop",
            List.of("lamp01", "lamp02"),
            List.of(WEB, SETTINGS, SHARED, UNTRIED),
            List.of(),
            List.of(new VerificationResult.PhpUse("lamp01", "8.2.1", "apache2handler", "4.0.5.2", "abc", 12)),
            COPIES);
    private static final VerificationResult HEALTHY =
            new VerificationResult("shop", List.of("lamp01", "lamp02"), List.of(WEB), List.of(), List.of(), null);

    @Test
    void theFirstLineIsTheCauseWithItsRemedy() {
        assertThat(new RunText(TextStyle.PLAIN).render(BROKEN, 3)).isEqualTo("""
                lamp02: x is \\x1b[2J <b> | y; run: sessionctl provision

                1 check passed, 2 failed, 1 skipped on 2 droplets.

                ok         every droplet serves PHP
                           requested from http://a:80
                FAILED     settings are right
                           50 compared
                           lamp02: x is \\x1b[2J <b> | y; run: sessionctl provision
                FAILED     sessions are shared
                           counted 1 1
                           lamp02: it is alone; look
                skipped    no session is lost
                           comes later

                droplet  PHP                   memcache  settings  slowest answer
                lamp01   8.2.1 apache2handler  4.0.5.2   abc       12 ms

                written on  on lamp01
                lamp01      yes
                """);
    }

    @Test
    void theFirstLineReportsAHealthyCluster() {
        assertThat(new RunText(TextStyle.PLAIN).render(HEALTHY, 0))
                .startsWith("The one check passed on 2 droplets.\n\nok ");
    }

    @Test
    void jsonHasEveryFindingAndTheExitCode() {
        JsonObject root =
                JsonParser.parseString(new RunJson().render(BROKEN, 3)).getAsJsonObject();
        assertThat(root.get("command").getAsString()).isEqualTo("verify");
        assertThat(root.get("exit_code").getAsInt()).isEqualTo(3);
        assertThat(root.getAsJsonArray("promises")).hasSize(4);
        assertThat(root.getAsJsonArray("promises").get(2).toString())
                .contains("\"result\":\"broken\"", "\"droplet\":\"lamp02\"", "it is alone");
        assertThat(root.getAsJsonArray("copies").toString()).contains("\"found_on\":{\"lamp01\":\"yes\"}");
    }

    @Test
    void textOfADropletDoesNotBreakTheMarkdownTable() {
        assertThat(new RunMarkdown().render(BROKEN, 3))
                .startsWith("### sessionctl verify: 1 check passed, 2 failed, 1 skipped on 2 droplets.\n\n- lamp02: ")
                .contains("| **FAILED** | sessions are shared | counted 1 1<br>lamp02: it is alone; look |\n")
                .doesNotContain("<b>");
    }

    private static Element suite(VerificationResult verification) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        VerificationJunit.of(verification).getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
    }

    private static Element failure(VerificationResult verification) throws Exception {
        return (Element) suite(verification).getElementsByTagName("failure").item(0);
    }

    @Test
    void junitHasATestCasePerCheck() throws Exception {
        Element suite = suite(BROKEN);
        assertThat(suite.getAttribute("tests")).isEqualTo("4");
        assertThat(suite.getAttribute("failures")).isEqualTo("2");
        assertThat(suite.getAttribute("skipped")).isEqualTo("1");
        assertThat(failure(BROKEN).getTextContent())
                .isEqualTo("lamp02: x is \\x1b[2J <b> | y; run: sessionctl provision");
    }

    @Test
    void textNamesTheFirstLostSessionsAndJsonNamesAll() throws Exception {
        assertThat(new RunText(TextStyle.PLAIN).render(DRILLED, 3))
                .contains(
                        "           session id1: lost on lamp01, lamp02\n",
                        "id5: ",
                        "           and 25 more sessions\n")
                .doesNotContain("id6:");
        assertThat(new RunMarkdown().render(DRILLED, 3))
                .contains("look<br>session id1: lost on lamp01, lamp02<br>", "<br>and 25 more sessions |\n");
        JsonArray sessions = JsonParser.parseString(new RunJson().render(DRILLED, 3))
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
    void aSessionLostOnManyDropletsNamesTheFirstDroplets() {
        List<String> droplets =
                IntStream.rangeClosed(1, 20).mapToObj(i -> "lamp" + i).toList();
        SessionFailure everywhere = new SessionFailure("id\u001b", SessionFailure.How.UNANSWERED, droplets);
        CheckFailure finding = new CheckFailure("lamp01", "it is so", "look", List.of(everywhere));
        VerificationResult verification = new VerificationResult(
                "shop", droplets, List.of(CheckResult.of("x", "y", "z", List.of(finding))), List.of(), List.of(), null);
        assertThat(new RunText(TextStyle.PLAIN).render(verification, 3).lines())
                .contains("           session id\\x1b: not answered on lamp1, lamp2, lamp3, lamp4, lamp5 and")
                .contains("           15 more");
    }

    @Test
    void anUnreachableDropletIsAnErrorAndNamedOnce() throws Exception {
        CheckFailure lost = new CheckFailure("lamp02", "lamp02 (203.0.113.2): no answer; look", "");
        VerificationResult verification =
                new VerificationResult("shop", List.of("lamp02"), List.of(), List.of(lost), List.of(), null);
        assertThat(new RunText(TextStyle.PLAIN).render(verification, 4))
                .isEqualTo("lamp02 (203.0.113.2): no answer; look\n\n");
        assertThat(VerificationJunit.of(verification))
                .contains("errors=\"1\"", "<error message=\"lamp02 (203.0.113.2): no answer");
    }
}
