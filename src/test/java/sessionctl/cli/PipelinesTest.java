package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Pipelines;

/**
 * The example pipelines of the documentation use commands that the program parses, and handle plans and secrets safely.
 */
class PipelinesTest {
    static Stream<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Pipelines.Step step : Pipelines.github()) {
            commands.addAll(Pipelines.sessionctl(step.script()));
        }
        for (Pipelines.Step step : Pipelines.gitlab()) {
            commands.addAll(Pipelines.sessionctl(step.script()));
        }
        assertThat(commands).hasSize(12);
        String page = Files.readString(Path.of("src/docs/ci.md"));
        List<String> shown = Pipelines.sessionctl(page);
        assertThat(shown).hasSizeGreaterThan(3);
        commands.addAll(shown);
        return commands.stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsParsed(String command) {
        String[] words = command.split(" +");
        assertThat(words[0]).isEqualTo("sessionctl");
        Main.line(Map.of()).parseArgs(Stream.of(words).skip(1).toArray(String[]::new));
    }

    @Test
    void theApplyJobRunsThePlanThatThePlanJobSaved() throws IOException {
        for (List<Pipelines.Step> pipeline : List.of(Pipelines.github(), Pipelines.gitlab())) {
            List<String> commands = pipeline.stream()
                    .flatMap(s -> Pipelines.sessionctl(s.script()).stream())
                    .map(command -> command.replace(" --output markdown", ""))
                    .toList();
            assertThat(commands)
                    .containsExactly(
                            "sessionctl render before.yml --out before",
                            "sessionctl render inventory.yml --out after",
                            "sessionctl provision inventory.yml --dry-run --save-plan plan.json",
                            "sessionctl provision inventory.yml --plan plan.json",
                            "sessionctl provision inventory.yml --dry-run --detailed-exitcode",
                            "sessionctl firewall inventory.yml --check");
            assertThat(pipeline.stream().map(Pipelines.Step::job).distinct())
                    .containsExactly("review", "plan", "apply");
        }
    }

    /**
     * A person who may push a branch can change the pipeline of its pull request and could read all secrets that the
     * pipeline gets.
     */
    @Test
    void aPullRequestGetsNoKey() throws IOException {
        Map<String, Object> jobs = Pipelines.map(Pipelines.yaml("github.yml").get("jobs"));
        Map<String, Object> review = Pipelines.map(jobs.get("review"));
        assertThat(review.get("if")).isEqualTo("github.event_name == 'pull_request'");
        assertThat(review.toString()).doesNotContain("secrets.").doesNotContain("SSH_KEY");
        for (String job : List.of("plan", "apply")) {
            assertThat(Pipelines.map(jobs.get(job)).get("environment")).isNotNull();
        }
        assertThat(Pipelines.map(jobs.get("plan")).get("if")).isEqualTo("github.event_name == 'push'");
        Map<String, Object> gitlab = Pipelines.yaml("gitlab.yml");
        assertThat(Pipelines.map(gitlab.get("review")).toString()).doesNotContain("SSH_KEY");
        assertThat(String.valueOf(Pipelines.map(gitlab.get("plan")).get("rules")))
                .contains("CI_DEFAULT_BRANCH")
                .doesNotContain("merge_request");
    }

    @Test
    void everyExternalActionAndSourceHasAFixedVersion() throws IOException {
        String github = Files.readString(Path.of("src/docs/ci/github.yml"));
        String gitlab = Files.readString(Path.of("src/docs/ci/gitlab.yml"));
        assertThat(github.lines().filter(line -> line.contains("uses:")).toList())
                .hasSizeGreaterThan(4)
                .allSatisfy(line -> assertThat(line).containsPattern("@[0-9a-f]{40} # v\\d+[.]\\d+[.]\\d+$"));
        assertThat(github + gitlab).doesNotContain("git clone", "-latest", ":latest");
        assertThat(gitlab).contains("fetch -q --depth 1 \"$SESSIONCTL\" \"$SESSIONCTL_COMMIT\"");
    }

    private static Process start(Path home, String script) throws IOException {
        ProcessBuilder bash = new ProcessBuilder("bash", "-eo", "pipefail", "-c", script);
        bash.environment().put("HOME", home.toString());
        bash.environment().put("GITHUB_PATH", home.resolve("path").toString());
        bash.environment()
                .put(
                        "GITHUB_ACTION_PATH",
                        Path.of("src/docs/ci/setup").toAbsolutePath().toString());
        bash.environment().put("SSH_KEY", "the key");
        bash.environment().put("KNOWN_HOSTS", "the host");
        return bash.inheritIO().start();
    }

    @Test
    void theActionPutsTheLauncherOnThePathAndTheKeyIntoItsPlace(@TempDir Path home)
            throws IOException, InterruptedException {
        Map<String, Object> runs =
                Pipelines.map(Pipelines.yaml("setup/action.yml").get("runs"));
        List<?> steps = (List<?>) Objects.requireNonNull(runs.get("steps"));
        for (Object step : steps) {
            assertThat(start(home, String.valueOf(Pipelines.map(step).get("run")))
                            .waitFor())
                    .isZero();
        }
        assertThat(Path.of(Files.readString(home.resolve("path")).strip()).resolve("sessionctl"))
                .isExecutable();
        Path key = home.resolve(".ssh/id_ed25519");
        assertThat(key).hasContent("the key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(home.resolve(".ssh/known_hosts")).hasContent("the host");
    }

    @Test
    void gitlabEditsOneNoteForAllReviews() throws IOException {
        assertThat(Files.readString(Path.of("src/docs/ci/gitlab.yml")))
                .contains("method=PUT notes=\"$notes/$old\"", "startswith(\"### Files and rules of the droplets\")");
    }

    @Test
    void githubsPlanJobPassesThePlanToTheApplyJob() throws IOException {
        Map<String, Object> jobs = Pipelines.map(Pipelines.yaml("github.yml").get("jobs"));
        Map<String, Object> apply = Pipelines.map(jobs.get("apply"));
        assertThat(apply).containsEntry("needs", "plan").containsEntry("environment", "production");
        assertThat(jobs.toString()).contains("upload-artifact").contains("{name=plan, path=plan.json}");
        assertThat(apply.toString()).contains("download-artifact").contains("with={name=plan}");
    }

    @Test
    void gitlabsPlanJobPassesThePlanToTheApplyJob() throws IOException {
        Map<String, Object> file = Pipelines.yaml("gitlab.yml");
        assertThat(Pipelines.map(Pipelines.map(file.get("plan")).get("artifacts"))
                        .get("paths"))
                .isEqualTo(List.of("plan.json", "plan.md"));
        assertThat(Pipelines.map(file.get("apply"))).containsEntry("needs", List.of("plan"));
        assertThat(file.get("stages")).isEqualTo(List.of("review", "plan", "apply"));
    }
}
