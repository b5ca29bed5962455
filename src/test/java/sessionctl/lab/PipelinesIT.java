package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sessionctl.Pipelines;

/** Runs the steps of the documented pipelines that call the program, without a build server. */
class PipelinesIT {
    private static final String NAMES = "lamp01 lamp02 lamp03";
    private static final String PHP_INI = "/etc/php/8.2/apache2/php.ini";

    private Lab lab = SharedCluster.inService();
    private Path folder = Path.of("");

    @BeforeEach
    void inService() throws IOException {
        lab = SharedCluster.inService();
        folder = Files.createTempDirectory(lab.folder(), "pipeline");
        List<String> words = new ArrayList<>(Program.java());
        words.addAll(List.of("-jar", Lab.JAR.toString()));
        Path program = Files.writeString(
                folder.resolve("sessionctl"), "#!/bin/sh\nexec '" + String.join("' '", words) + "' \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Writes an inventory that changes php.ini on all droplets. */
    private void lifetime(int seconds) throws IOException {
        Path inventory = lab.inventoryWith("sessions: {lifetime: " + seconds + "}\n", NAMES.split(" "));
        Files.writeString(folder.resolve("inventory.yml"), Files.readString(inventory));
    }

    /** Runs a step as a build server does, in the folder of the checkout. */
    private Result step(String script, Map<String, String> environment) {
        String inCheckout = "cd " + folder + "; PATH=" + folder + ":$PATH\n" + script;
        return lab.command(environment, "bash", "-eo", "pipefail", "-c", inCheckout)
                .await(Duration.ofMinutes(5));
    }

    /** Runs the steps that reach droplets and returns their results in order. */
    private List<Result> steps(List<Pipelines.Step> pipeline, Map<String, String> environment) {
        List<Result> results = new ArrayList<>();
        for (Pipelines.Step step : pipeline) {
            if (!step.job().equals("review")
                    && !Pipelines.sessionctl(step.script()).isEmpty()) {
                results.add(step(step.script(), environment).exits(0).withoutTraces());
            }
        }
        return results;
    }

    private static String printed(List<Result> results) {
        return results.stream().map(Result::out).collect(Collectors.joining());
    }

    private String file(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    @Test
    void theGithubPipelineAppliesThePlanThatItShowed() throws IOException {
        lifetime(1800);
        lab.run("firewall", folder.resolve("inventory.yml").toString(), "--remove")
                .exits(0);
        Map<String, String> github = new HashMap<>();
        github.put("GITHUB_ACTIONS", "true");
        github.put("GITHUB_STEP_SUMMARY", folder.resolve("summary.md").toString());
        List<Result> results = steps(Pipelines.github(), github);
        assertThat(file("summary.md"))
                .startsWith("### sessionctl provision (dry run): 6 changes on 3 droplets")
                .contains(
                        "<details><summary>lamp01, lamp02, lamp03: 2 changes each</summary>",
                        "+session.gc_maxlifetime = 1800")
                .contains("+-A INPUT -j SESSIONCTL");
        assertThat(file("plan.json")).contains(PHP_INI).doesNotContain("1800", "PRIVATE", "save_path");
        assertThat(printed(results))
                .contains(
                        "::group::lamp01, lamp02, lamp03: 2 changes each", "::endgroup::\n", "lamp03: done (2 changes)")
                .contains("All 3 droplets match the inventory.\n")
                .doesNotContain("::error");
        step("sessionctl provision inventory.yml --plan plan.json", github)
                .exits(0)
                .prints("No changes.")
                .complains("This plan was already applied.");
    }

    @Test
    void theGitlabPipelineAppliesThePlanThatItShowed() throws IOException {
        lifetime(1900);
        List<Result> results = steps(Pipelines.gitlab(), Map.of("GITLAB_CI", "true"));
        assertThat(file("plan.md")).startsWith("### sessionctl provision (dry run): 3 changes on 3 droplets");
        assertThat(printed(results)).contains(":sessionctl_lamp01_", "[collapsed=true]\r", "lamp03: done (1 change)");
    }

    /** Runs without a key, without a droplet and without the steps that talk to the build server. */
    @Test
    void aReviewShowsTheFileChangesOfAllDroplets() throws IOException {
        lifetime(1800);
        step(
                        "git init -q . && git add inventory.yml && git -c user.name=a -c user.email=a@b commit -qm before",
                        Map.of())
                .exits(0);
        lifetime(2200);
        for (List<Pipelines.Step> pipeline : List.of(Pipelines.github(), Pipelines.gitlab())) {
            review(pipeline, "HEAD");
            assertThat(file("review.md"))
                    .startsWith("### Files and rules of the droplets\n`````diff\n")
                    .contains(
                            "-session.gc_maxlifetime = 1800", "+session.gc_maxlifetime = 2200", "after/lamp03/php.ini")
                    .endsWith("`````\n");
            // The change that adds the inventory.
            review(pipeline, "nothing");
            assertThat(file("review.md"))
                    .contains("+++ b/after/lamp01/guard")
                    .doesNotContain("a/before/")
                    .endsWith("`````\n");
        }
    }

    private void review(List<Pipelines.Step> pipeline, String before) {
        step("rm -rf before after review.md", Map.of()).exits(0);
        Map<String, String> base = Map.of("BASE", before, "CI_MERGE_REQUEST_DIFF_BASE_SHA", before);
        for (Pipelines.Step step : pipeline) {
            boolean offline =
                    !step.script().contains("git fetch") && !step.script().contains("RUNNER_TEMP");
            if (step.job().equals("review") && offline && !step.script().contains("gh pr comment")) {
                step(step.script(), base).exits(0);
            }
        }
    }

    @Test
    void aPlanIsRefusedAfterADropletHasChanged() throws IOException {
        lifetime(2000);
        step("sessionctl provision inventory.yml --dry-run --save-plan plan.json", Map.of())
                .exits(0)
                .complains("sessionctl provision inventory.yml --plan plan.json");
        lab.onHost("lamp02", "echo '; by hand' >>" + PHP_INI);
        step("sessionctl provision inventory.yml --plan plan.json", Map.of())
                .exits(1)
                .prints("lamp02: " + PHP_INI + " has changed since the plan was saved; review a new one")
                .prints("lamp01: stopped; ")
                .complains("Nothing was changed");
        for (String name : NAMES.split(" ")) {
            assertThat(lab.onHost(name, "cat " + PHP_INI)).doesNotContain("2000");
        }
        lab.onHost("lamp02", "sed -i '$d' " + PHP_INI);
        step("sessionctl provision inventory.yml --plan plan.json --limit lamp01", Map.of())
                .exits(5)
                .complains("it is a plan for lamp01, lamp02, lamp03; give the same --limit");
        // A file that was restored counts as unchanged.
        step("sessionctl provision inventory.yml --plan plan.json", Map.of()).exits(0);
        lifetime(2100);
        step("sessionctl provision inventory.yml --plan plan.json", Map.of())
                .exits(5)
                .complains("the inventory has changed since it was saved");
    }
}
