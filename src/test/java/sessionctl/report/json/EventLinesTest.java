package sessionctl.report.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;

class EventLinesTest {
    private final StringWriter written = new StringWriter();
    private final Droplet lamp = Samples.lamp01();
    private long nanos;
    private final EventLines events =
            new EventLines(new PrintWriter(written), "provision", () -> nanos, () -> "2026-11-30T08:00:00.000Z");

    private void elapse(double seconds) {
        nanos += Math.round(seconds * 1e9);
    }

    /** Returns the events without their common start. */
    private List<String> lines() {
        return written.toString()
                .lines()
                .map(line -> line.replace("{\"time\":\"2026-11-30T08:00:00.000Z\",\"event\":", "{"))
                .toList();
    }

    @Test
    void aRunIsALineForEachBeginAndEndOfItsStagesChangesAndSteps() {
        events.begin(lamp, "connecting");
        elapse(1.2345);
        events.end(lamp, "inspected");
        events.stage(1, 2, "packages");
        events.beginChange(lamp, "install apache2");
        events.begin(lamp, "install apache2");
        elapse(10);
        events.end(lamp, "install apache2");
        events.endChange(lamp, "install apache2", true);
        events.stage(2, 2, "web");
        events.beginChange(lamp, "change php.ini");
        events.fail(lamp, "failed");
        events.endChange(lamp, "change php.ini", false);
        events.finish(1);
        events.finish(130);
        events.begin(lamp, "more");
        assertThat(lines())
                .containsExactly(
                        "{\"run\",\"command\":\"provision\",\"state\":\"begin\"}",
                        "{\"step\",\"droplet\":\"lamp01\",\"step\":\"connecting\",\"state\":\"begin\"}",
                        "{\"step\",\"droplet\":\"lamp01\",\"step\":\"connecting\",\"result\":\"inspected\","
                                + "\"seconds\":1.235,\"state\":\"done\"}",
                        "{\"stage\",\"stage\":\"packages\",\"number\":1,\"of\":2,\"state\":\"begin\"}",
                        "{\"change\",\"stage\":\"packages\",\"droplet\":\"lamp01\",\"change\":\"install apache2\","
                                + "\"state\":\"begin\"}",
                        "{\"change\",\"stage\":\"packages\",\"droplet\":\"lamp01\",\"change\":\"install apache2\","
                                + "\"seconds\":10.0,\"state\":\"done\"}",
                        "{\"stage\",\"stage\":\"packages\",\"seconds\":10.0,\"state\":\"done\"}",
                        "{\"stage\",\"stage\":\"web\",\"number\":2,\"of\":2,\"state\":\"begin\"}",
                        "{\"change\",\"stage\":\"web\",\"droplet\":\"lamp01\",\"change\":\"change php.ini\","
                                + "\"state\":\"begin\"}",
                        "{\"change\",\"stage\":\"web\",\"droplet\":\"lamp01\",\"change\":\"change php.ini\","
                                + "\"seconds\":0.0,\"state\":\"failed\"}",
                        "{\"stage\",\"stage\":\"web\",\"seconds\":0.0,\"state\":\"failed\"}",
                        "{\"run\",\"command\":\"provision\",\"exit_code\":1,\"seconds\":11.235,\"state\":\"failed\"}");
    }

    @Test
    void theStepsOfAChangeNameItAndAnInterruptedStageHasFailed() {
        events.stage(1, 1, "firewall");
        events.beginChange(lamp, "guard the memcached port");
        events.begin(lamp, "changing the rules");
        events.finish(130);
        assertThat(lines().subList(3, 6))
                .containsExactly(
                        "{\"step\",\"stage\":\"firewall\",\"droplet\":\"lamp01\",\"change\":\"guard the memcached"
                                + " port\",\"step\":\"changing the rules\",\"state\":\"begin\"}",
                        "{\"stage\",\"stage\":\"firewall\",\"seconds\":0.0,\"state\":\"failed\"}",
                        "{\"run\",\"command\":\"provision\",\"exit_code\":130,\"seconds\":0.0,\"state\":\"failed\"}");
    }

    @Test
    void textOfADropletIsHarmlessInOneLine() {
        events.begin(lamp, "reading\n\u001b[2J");
        assertThat(written.toString()).hasLineCount(2).doesNotContain("\u001b");
        String last = lines().get(1).replace("{\"step\",", "{");
        assertThat(JsonParser.parseString(last).getAsJsonObject().get("step").getAsString())
                .isEqualTo("reading\n\\x1b[2J");
    }
}
