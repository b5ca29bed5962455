package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Results go to standard output and all else to standard error, each in a form for its reader. */
class StreamsIT {
    private static final String SUMMARY =
            "Plan: 1 change on 1 droplet[.] Dry run: nothing was changed[.] To apply: sessionctl provision \\S+\n\\z";
    private static Lab lab;
    private static Path inventory;

    /** Makes one change necessary on one droplet; the tests do not apply it. */
    @BeforeAll
    static void changeOneFile() {
        lab = SharedCluster.inService();
        inventory = SharedCluster.inventory();
        lab.onHost(
                "lamp02",
                "sed -i 's/^session.save_handler.*/session.save_handler = files/' /etc/php/8.2/apache2/php.ini");
    }

    private static Result dryRun(String... options) {
        return lab.provision(inventory, options).exits(0).withoutTraces();
    }

    @Test
    void progressGoesToStandardErrorOnly() {
        Result run = dryRun("--dry-run").complains("lamp01: inspected\n", "lamp03: inspected\n");
        assertThat(run.out()).doesNotContain("inspected").startsWith("lamp02 (10.99.0.2)\n  * web: change ");
        assertThat(run.out()).containsPattern(SUMMARY);
        assertThat(dryRun("--dry-run", "-q").err()).isEmpty();
    }

    @Test
    void jsonOutputIsOneDocument() {
        Result run = lab.provision(inventory, "--dry-run", "--output", "json", "--detailed-exitcode")
                .exits(2);
        JsonObject root = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(root.get("format_version").getAsString()).isEqualTo("1.0");
        assertThat(root.get("command").getAsString()).isEqualTo("provision");
        assertThat(root.get("exit_code").getAsInt()).isEqualTo(2);
        assertThat(root.get("dry_run").getAsBoolean()).isTrue();
        JsonObject droplet = root.getAsJsonArray("droplets").get(1).getAsJsonObject();
        assertThat(droplet.get("status").getAsString()).isEqualTo("planned");
        JsonObject change = droplet.getAsJsonArray("changes").get(0).getAsJsonObject();
        assertThat(change.getAsJsonArray("files")
                        .get(0)
                        .getAsJsonObject()
                        .get("diff")
                        .getAsString())
                .contains("-session.save_handler = files\n+session.save_handler = memcache\n");
        assertThat(root.getAsJsonArray("droplets")
                        .get(0)
                        .getAsJsonObject()
                        .get("status")
                        .getAsString())
                .isEqualTo("in_sync");
    }

    @Test
    void markdownOutputIsACommentForAPullRequest() {
        assertThat(dryRun("--dry-run", "--output", "markdown").out())
                .startsWith("### sessionctl provision (dry run): 1 change on 1 droplet")
                .contains("""

                    | droplet | status | changes |
                    |---|---|---|
                    | lamp01 | in sync | 0 |
                    | lamp02 | planned | 1 |
                    """)
                .contains(
                        "<details><summary>lamp02: 1 change</summary>\n",
                        "\n```diff\n--- /etc/php/8.2/apache2/php.ini\n",
                        "\n```\n")
                .endsWith("</details>\n");
    }

    @Test
    void colourIsUsedOnlyOnTerminalsThatAllowIt() {
        assertThat(dryRun("--dry-run").out()).doesNotContain("\u001b");
        assertThat(dryRun("--dry-run", "--color", "always").out())
                .contains("\u001b[32m+session.save_handler = memcache\u001b[0m");
        assertThat(onTerminal(Map.of())).contains("\u001b[32m+session.save_handler = memcache\u001b[0m");
        assertThat(onTerminal(Map.of("NO_COLOR", "1")))
                .contains("+session.save_handler = memcache")
                .doesNotContainPattern("\u001b\\[[0-9;]*m");
    }

    @Test
    void aTerminalShowsLiveProgressAndOnlyTheResultAfterwards() {
        String bytes = onTerminal(Map.of());
        assertThat(bytes).contains("lamp01 … connecting", "lamp02 … connecting", "lamp03 … connecting");
        Screen screen = new Screen();
        screen.show(bytes);
        assertThat(bytes.lines().filter(line -> line.contains("… ")))
                .allMatch(line -> line.replaceAll("\u001b\\[[0-9]*[AJ]", "").length() < 80);
        assertThat(screen.text())
                .doesNotContain("…", "connecting", "inspected")
                .startsWith("lamp02 (10.99.0.2)\n  * web: change ")
                .containsPattern(SUMMARY);
    }

    /** The answer waits in the terminal's input until the question is asked. */
    @Test
    void aTerminalIsAskedBeforeAnythingIsChanged() {
        List<String> words = new ArrayList<>(Program.java());
        words.addAll(List.of("-Dsessionctl.tty.in=true", "-Dsessionctl.tty.out=true", "-Dsessionctl.tty.err=true"));
        words.addAll(List.of("-jar", Lab.JAR.toString(), "provision", inventory.toString()));
        Result asked = lab.command(
                        Map.of(), "sh", "-c", "printf 'n\\n' | script -qec \"$0\" /dev/null", String.join(" ", words))
                .await(Duration.ofMinutes(2))
                .exits(1);
        assertThat(asked.out())
                .contains(
                        "Plan: 1 change on 1 droplet.",
                        "Apply this 1 change to 1 droplet? [y/N] ",
                        "Nothing was changed.");
        assertThat(dryRun("--dry-run").out()).containsPattern(SUMMARY);
    }

    @Test
    void theInterruptKeyAtAQuestionEndsTheLine() {
        List<String> words = new ArrayList<>(Program.java());
        words.addAll(List.of("-Dsessionctl.tty.out=true", "-Dsessionctl.tty.err=true", "'-Dsessionctl.size=24 80'"));
        words.addAll(List.of("-jar", Lab.JAR.toString(), "status", inventory.toString()));
        words.addAll(List.of("--known-hosts", lab.folder().resolve("none").toString()));
        String launch = String.join(" ", words);
        Result asked = lab.command(
                        Map.of(),
                        "sh",
                        "-c",
                        "(sleep 15; printf '\\003'; sleep 2) | script -qec \"$0\" /dev/null",
                        launch)
                .await(Duration.ofMinutes(2))
                .exits(130);
        assertThat(asked.out().replace("\r", "")).endsWith("[fingerprint])? ^C\n");
    }

    /**
     * Returns what a dry run writes to a terminal of 80 columns, progress and result together. As in the launcher,
     * system properties describe the terminal.
     */
    private static String onTerminal(Map<String, String> environment) {
        List<String> words = new ArrayList<>(Program.java());
        words.addAll(List.of("-Dsessionctl.tty.out=true", "-Dsessionctl.tty.err=true", "'-Dsessionctl.size=24 80'"));
        words.addAll(List.of("-jar", Lab.JAR.toString(), "provision", inventory.toString(), "--dry-run"));
        String launch = "stty cols 80 rows 24; exec " + String.join(" ", words);
        return lab.command(environment, "script", "-qec", launch, "/dev/null")
                .await(Duration.ofMinutes(2))
                .exits(0)
                .out();
    }
}
