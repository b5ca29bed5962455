package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.yaml.InventoryProblem;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.FileChange;
import sessionctl.plan.Risk;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.report.json.RunJson;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.text.RunText;
import sessionctl.state.FileState;

class BuildLogTest {
    private static final BuildLog GITHUB = BuildLog.of(Map.of("GITHUB_ACTIONS", "true"), () -> 17);
    private static final BuildLog GITLAB = BuildLog.of(Map.of("GITLAB_CI", "true"), () -> 17);
    private static final List<Droplet> LAMPS = Samples.lamps(2).droplets();

    /**
     * Matches the lines that the runner takes for commands (actions/runner, ActionCommand.cs): leading blanks are
     * skipped, ##[ counts anywhere in a line.
     */
    private static final Pattern RUNNER =
            Pattern.compile("^[\\s\u00a0]*::([a-z-]+)[^:]*::(.*)$|##\\[([a-z-]+)[^\\]]*\\](.*)");

    private static Change change(String line) {
        FileChange file = new FileChange(
                "/etc/memcached.conf",
                new FileState.Present(line + "\na\n", "644", "root:root"),
                new FileState.Present(line + "\nb\n", "644", "root:root"));
        return new Configure(
                Stage.MEMCACHED,
                "memcached",
                List.of(file),
                List.of(),
                ServiceAction.RESTART,
                false,
                List.of(),
                Risk.NONE);
    }

    private static RunReport dryRun(DropletReport... entries) {
        return new RunReport("provision", "shop", true, 0, List.of(entries));
    }

    private static DropletReport planned(String line) {
        return DropletReport.planned(LAMPS.get(0), List.of(change(line)), List.of("mind: 100% of this,\nplease"));
    }

    /** Returns the text as the build server logs it. */
    private static String logged(BuildLog log, String text) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(new SafeWriter(out, log));
        writer.print(text);
        writer.flush();
        return out.toString();
    }

    /** Returns the commands that the runner obeys, as {@code name=data}. */
    private static List<String> obeyed(String text) {
        List<String> commands = new ArrayList<>();
        for (String line : logged(GITHUB, text).lines().toList()) {
            Matcher command = RUNNER.matcher(line);
            if (command.find()) {
                String name = command.group(1) == null ? command.group(3) : command.group(1);
                String data = command.group(2) == null ? command.group(4) : command.group(2);
                commands.add(name + "=" + data);
            }
        }
        return commands;
    }

    @Test
    void withoutABuildServerThereAreNoCommands() {
        BuildLog none = BuildLog.of(Map.of("CI", "true", "GITHUB_ACTIONS", "false"), () -> 17);
        RunReport run = dryRun(planned("-m 1"));
        assertThat(new RunText(TextStyle.PLAIN, none).before(run))
                .isEqualTo(new RunText(TextStyle.PLAIN).before(run))
                .doesNotContain("::", "section");
    }

    @Test
    void onGithubTheDiffOfEachDropletIsAGroup() {
        String text = new RunText(TextStyle.COLOUR, GITHUB).before(dryRun(planned("-m 1")));
        assertThat(logged(GITHUB, text).replaceAll("\u001b\\[\\d+m", "")).isEqualTo("""
                ::group::lamp01 (203.0.113.1): 1 change
                  ! mind: 100% of this,\\x0aplease
                  * memcached: change /etc/memcached.conf, restart memcached
                    --- /etc/memcached.conf
                    +++ /etc/memcached.conf
                    @@ -1,2 +1,2 @@
                     -m 1
                    -a
                    +b

                ::endgroup::
                Impact:
                  No session is lost.
                Plan: 1 change on 1 droplet. Dry run: nothing was changed.
                ::warning title=lamp01::mind: 100%25 of this,%0Aplease
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::error::x",
                "\u00a0::add-mask::x",
                "\t ::warning file=a::x",
                "a ##[error]x",
                "::stop-commands::x",
                "\u3000::error::x",
                "##[##[error]x",
                "x\r::error::x",
                "\u0085::error::x"
            })
    void textOfADropletNeverBecomesACommandOnGithub(String line) {
        String text = new RunText(TextStyle.PLAIN, GITHUB).before(dryRun(planned(line)));
        assertThat(obeyed(text))
                .containsExactly(
                        "group=lamp01 (203.0.113.1): 1 change", "endgroup=", "warning=mind: 100%25 of this,%0Aplease");
        DropletReport.Failure failure = new DropletReport.Failure("restart memcached", "no", line);
        DropletReport failed = new DropletReport(LAMPS.get(0), DropletStatus.FAILED, List.of(), 0, failure, List.of());
        assertThat(obeyed(new RunText(TextStyle.PLAIN, GITHUB).after(dryRun(failed))))
                .containsExactly("error=failed to restart memcached: no");
    }

    @Test
    void failedDropletsAreAnnotatedOnGithub() {
        RunReport run = dryRun(
                DropletReport.failed(LAMPS.get(0), DropletStatus.UNREACHABLE, "lamp01 (203.0.113.1): no answer"),
                planned("-m 1"));
        assertThat(GITHUB.annotations(run).stream().map(TrustedControls::written))
                .containsExactly(
                        "::error title=lamp01::lamp01 (203.0.113.1): no answer",
                        "::warning title=lamp01::mind: 100%25 of this,%0Aplease");
        assertThat(TrustedControls.written(new RunText(TextStyle.PLAIN, GITHUB).before(run)))
                .contains("\n::error title=lamp01::");
        assertThat(GITLAB.annotations(run)).isEmpty();
    }

    @Test
    void aProblemOfTheInventoryIsAnnotatedAtItsLine() {
        InventoryProblem problem = new InventoryProblem("a,b:c.yml", 3, 5, "droplets[0].name", "100% so", "do\nthat");
        assertThat(TrustedControls.written(GITHUB.problem(problem, problem.file())))
                .isEqualTo(
                        "::error file=a%2Cb%3Ac.yml,line=3,col=5::a,b:c.yml:3:5: droplets[0].name: 100%25 so, do%0Athat");
        assertThat(TrustedControls.written(GITHUB.problem(problem, ""))).startsWith("::error ::a,b:c.yml:3:5: ");
        assertThat(GITLAB.problem(problem, problem.file()))
                .isEqualTo(problem.toString().replace("\n", "\\x0a"));
    }

    @Test
    void onGitlabTheDiffOfEachDropletIsAFoldedSection() {
        String text = logged(
                GITLAB, new RunText(TextStyle.PLAIN, GITLAB).before(dryRun(planned("section_start:1:x\r\u001b[0K"))));
        assertThat(text)
                .startsWith(
                        "\u001b[0Ksection_start:17:sessionctl_lamp01_17[collapsed=true]\r\u001b[0Klamp01 (203.0.113.1):"
                                + " 1 change\n")
                .contains(
                        "\u001b[0Ksection_end:17:sessionctl_lamp01_17\r\u001b[0K\nImpact:\n  No session is lost.\nPlan: 1 change on 1 droplet. ")
                .endsWith("Dry run: nothing was changed.\n");
        // Only sessionctl's own section marks are in the form that GitLab reads; those of a droplet are escaped.
        assertThat(Pattern.compile("section_(start|end):\\d+:[a-zA-Z0-9_.-]+(\\[[^\\]]*\\])?\r\u001b\\[0K")
                        .matcher(text)
                        .results())
                .hasSize(2);
        assertThat(text).contains("section_start\\x3a1:x").doesNotContain("section_start:1:x");
    }

    @Test
    void jsonAndMarkdownHaveNoBuildLogCommands() {
        RunReport run = dryRun(planned("-m 1"));
        assertThat(new RunMarkdown().after(run) + new RunJson().after(run)).doesNotContain("::", "section_");
    }
}
