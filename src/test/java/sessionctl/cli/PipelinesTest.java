package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Pipelines;

/** The examples in the documentation say what the program understands. */
class PipelinesTest {
    static Stream<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Pipelines.Step step : Pipelines.github()) {
            commands.addAll(Pipelines.sessionctl(step.script()));
        }
        for (Pipelines.Step step : Pipelines.gitlab()) {
            commands.addAll(Pipelines.sessionctl(step.script()));
        }
        assertThat(commands).hasSize(6);
        String page = Files.readString(Path.of("src/docs/ci.md"));
        List<String> shown = Pipelines.sessionctl(page);
        assertThat(shown).hasSizeGreaterThan(3);
        commands.addAll(shown);
        return commands.stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsOne(String command) {
        String[] words = command.split(" +");
        assertThat(words[0]).isEqualTo("sessionctl");
        Main.line(Map.of()).parseArgs(Stream.of(words).skip(1).toArray(String[]::new));
    }

    @Test
    void whatThePlanHandsOverIsWhatTheOtherCarriesOut() throws IOException {
        for (List<Pipelines.Step> pipeline : List.of(Pipelines.github(), Pipelines.gitlab())) {
            List<String> commands = pipeline.stream()
                    .flatMap(s -> Pipelines.sessionctl(s.script()).stream())
                    .toList();
            assertThat(commands)
                    .containsExactly(
                            "sessionctl provision inventory.yml --dry-run --save-plan plan.json --output markdown",
                            "sessionctl provision inventory.yml --plan plan.json",
                            "sessionctl provision inventory.yml --dry-run --detailed-exitcode");
            assertThat(pipeline.stream().map(Pipelines.Step::job).distinct()).containsExactly("plan", "apply");
        }
    }

    @Test
    void githubsJobsHandThePlanOver() throws IOException {
        Map<String, Object> jobs = Pipelines.map(Pipelines.yaml("github.yml").get("jobs"));
        Map<String, Object> apply = Pipelines.map(jobs.get("apply"));
        assertThat(apply).containsEntry("needs", "plan").containsEntry("environment", "production");
        assertThat(apply.get("if")).isEqualTo("github.event_name == 'push'");
        assertThat(jobs.toString()).contains("upload-artifact").contains("{name=plan, path=plan.json}");
        assertThat(apply.toString()).contains("download-artifact").contains("with={name=plan}");
    }

    @Test
    void gitlabsJobsHandThePlanOver() throws IOException {
        Map<String, Object> file = Pipelines.yaml("gitlab.yml");
        assertThat(Pipelines.map(Pipelines.map(file.get("plan")).get("artifacts"))
                        .get("paths"))
                .isEqualTo(List.of("plan.json", "plan.md"));
        assertThat(Pipelines.map(file.get("apply"))).containsEntry("needs", List.of("plan"));
        assertThat(file.get("stages")).isEqualTo(List.of("plan", "apply"));
    }
}
