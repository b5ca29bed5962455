package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.action.BuildInfo;
import sessionctl.inventory.InventorySchema;
import sessionctl.manual.ManPage;

/** The manual pages and shell completions, checked with real shells and real manual readers. */
class ManualTest {
    @TempDir
    private Path folder = Path.of("");

    private static String printed(String... arguments) {
        StringWriter out = new StringWriter();
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(out), arguments))
                .isZero();
        return out.toString();
    }

    private Path completions(String shell) throws IOException {
        return Files.writeString(folder.resolve("completions"), printed("completion", shell));
    }

    private String outputOf(String... words) throws IOException, InterruptedException {
        File output = folder.resolve("said").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output);
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output.toPath())).isZero();
        return Files.readString(output.toPath());
    }

    @Test
    void everyCommandHasAManualPageWithAllOptionsOfItsHelp() throws IOException {
        assertThat(printed("manual", folder.toString())).isEmpty();
        List<ManPage> pages = ManPages.of(Main.line(Map.of()));
        assertThat(pages).hasSizeGreaterThan(15);
        for (ManPage page : pages) {
            String text = Files.readString(folder.resolve(page.name() + ".1"));
            assertThat(text).startsWith(".TH \"SESSIONCTL").doesNotContain("${", "@|");
            String[] help = Stream.concat(page.words().stream().skip(1), Stream.of("--help"))
                    .toArray(String[]::new);
            String helpText = printed(help).replaceAll("\\s+", " ");
            for (ManPage.Option option : page.options()) {
                assertThat(helpText).contains(option.names()).contains(option.text());
                assertThat(text).contains(option.names().get(0).replace("-", "\\-"));
            }
        }
    }

    @Tag("slow") // needs man, fish and zsh
    @Test
    void mandocReportsNoWarningForThePages() throws IOException, InterruptedException {
        printed("manual", folder.toString());
        for (String page : List.of("sessionctl.1", "sessionctl-provision.1", "sessionctl-inventory.5")) {
            assertThat(outputOf(
                            "mandoc",
                            "-T",
                            "lint",
                            "-W",
                            "warning",
                            folder.resolve(page).toString()))
                    .isEmpty();
        }
        assertThat(outputOf(
                                "mandoc",
                                "-T",
                                "utf8",
                                folder.resolve("sessionctl-lab-up.1").toString())
                        .replaceAll(".\b", ""))
                .contains("sessionctl lab up", "--droplets=N", "debian:14", "EXIT STATUS");
    }

    @Test
    void theInventoryPageExplainsEveryKeyOfTheSchema() throws IOException {
        printed("manual", folder.toString());
        String page = Files.readString(folder.resolve("sessionctl-inventory.5"));
        Map<?, ?> sections =
                (Map<?, ?>) Objects.requireNonNull(InventorySchema.of().get("properties"));
        sections.forEach((section, schema) -> {
            assertThat(page).contains("\n.B \"" + section);
            Object items = ((Map<?, ?>) schema).get("items");
            Map<?, ?> holder = items instanceof Map<?, ?> map ? map : (Map<?, ?>) schema;
            Object keys = holder.get("properties");
            if (keys instanceof Map<?, ?> map) {
                String prefix = section + (items == null ? "." : "[].");
                map.keySet().forEach(key -> assertThat(page).contains("\n.B \"" + prefix + key));
            }
        });
    }

    @Test
    void theProvisionPageNamesAllEnvironmentVariablesThatTheProgramReads() throws IOException {
        printed("manual", folder.toString());
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                Matcher named = Pattern.compile("\"(SESSIONCTL_(?!SELF\")[A-Z_]+|NO_COLOR|GIT[A-Z_]+|SSH_AUTH_SOCK)\"")
                        .matcher(Files.readString(source));
                while (named.find()) {
                    assertThat(Files.readString(folder.resolve("sessionctl-provision.1")))
                            .contains(".SH \"ENVIRONMENT\"", ".SH \"FILES\"", named.group(1));
                }
            }
        }
    }

    @Test
    void bashCompletesCommandsOptionsAndValues() throws IOException, InterruptedException {
        String ask = "source " + completions("bash")
                + "; compopt() { :; }; complete_line() { COMP_WORDS=(sessionctl \"$@\");"
                + " COMP_CWORD=$#; COMPREPLY=(); _complete_sessionctl; echo \"${COMPREPLY[*]}\"; };";
        assertThat(outputOf("bash", "-c", ask + "complete_line pro").strip()).isEqualTo("provision");
        assertThat(outputOf("bash", "-c", ask + "complete_line provision --dry").strip())
                .isEqualTo("--dry-run");
        assertThat(outputOf("bash", "-c", ask + "complete_line provision --output j")
                        .strip())
                .isEqualTo("json");
        assertThat(outputOf("bash", "-c", ask + "complete_line lab u").strip()).isEqualTo("up");
    }

    private void writeInventories() throws IOException {
        Files.writeString(folder.resolve("inventory.yml"), """
                ssh: {user: deploy}
                droplets:
                  - {name: web01, public_ip: 1.1.1.1, private_ip: 10.1.1.1}
                  - {public_ip: 1.1.1.2, private_ip: 10.1.1.2, "name": "web02"} # name: no
                  # - name: old
                """);
        Files.writeString(folder.resolve("shop.yml"), "droplets:\n- name: 'db.1'\n  ssh: {}\n-   name: db-2 # x\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "provision --limit ''            > web01 web02",
                "status --limit web02,w          > web02,web01 web02,web02",
                "status --limit !                > !web01 !web02",
                "provision shop.yml --limit d    > db.1 db-2",
                "provision -i shop.yml --limit d > db.1 db-2",
                "remove ''                       > web01 web02",
                "replace web0                    > web01 web02",
                "ssh web02                       > web02",
                "remove web01 we                 > ''",
                "status --limit '$(touch x),w'   > ''",
                "add we                          > ''",
            })
    void bashCompletesTheNamesOfDroplets(String typed, String expected) throws IOException, InterruptedException {
        writeInventories();
        String ask = "cd " + folder + "; source " + completions("bash")
                + "; compopt() { :; }; complete_line() { COMP_WORDS=(sessionctl \"$@\");"
                + " COMP_CWORD=$#; COMPREPLY=(); _complete_sessionctl; echo \"${COMPREPLY[*]}\"; };";
        assertThat(outputOf("bash", "-c", ask + "complete_line " + typed).strip())
                .isEqualTo(expected);
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Tag("slow") // needs man, fish and zsh
    @Test
    void fishCompletesTheNamesOfDroplets() throws IOException, InterruptedException {
        writeInventories();
        String ask = "cd " + folder + "; source " + completions("fish") + "; complete -C ";
        assertThat(outputOf("fish", "-c", ask + "'sessionctl remove w'")).contains("web01", "web02");
        assertThat(outputOf("fish", "-c", ask + "'sessionctl provision --limit w'"))
                .contains("web01", "web02")
                .doesNotContain("old", "no");
        assertThat(outputOf("fish", "-c", ask + "'sessionctl provision shop.yml --limit d'"))
                .contains("db.1", "db-2");
    }

    @Tag("slow") // needs man, fish and zsh
    @Test
    void fishCompletesCommandsOptionsAndValues() throws IOException, InterruptedException {
        String ask = "source " + completions("fish") + "; complete -C ";
        assertThat(outputOf("fish", "-c", ask + "'sessionctl pro'")).startsWith("provision\t");
        assertThat(outputOf("fish", "-c", ask + "'sessionctl provision --dry'")).startsWith("--dry-run\t");
        assertThat(outputOf("fish", "-c", ask + "'sessionctl provision --output j'"))
                .startsWith("json");
        assertThat(outputOf("fish", "-c", ask + "'sessionctl lab u'")).startsWith("up\t");
        assertThat(outputOf("fish", "-c", ask + "'sessionctl lab status --h'")).contains("--help");
    }

    @Tag("slow") // needs man, fish and zsh
    @Test
    void zshRegistersTheCompletionsOfBash() throws IOException, InterruptedException {
        assertThat(outputOf(
                        "zsh",
                        "-fc",
                        "autoload -U compinit && compinit -u -D; source " + completions("zsh")
                                + "; print -r -- $_comps[sessionctl]"))
                .contains("bash_complete");
    }

    /** Completes on a terminal, with the file in a folder from which compinit loads it, as the package installs it. */
    @Tag("slow") // needs man, fish and zsh
    @Test
    void zshCompletesWithTheFileOfThePackage() throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve("_sessionctl"),
                "#compdef sessionctl\n" + printed("completion", "zsh") + "eval \"$_comps[sessionctl]\"\n");
        String typed = """
                zmodload zsh/zpty
                zpty -b z 'zsh -f -i'
                zpty -w z "fpath=(%s \\$fpath); autoload -U compinit && compinit -u -D; echo REA''DY"
                zpty -r z before '*READY*'
                zpty -w -n z $'sessionctl provis\\t'
                zpty -r z word '*provision*'
                zpty -w -n z $'--dry-r\\t'
                zpty -r z option '*--dry-r*n*'
                print -rn -- "$word$option"
                zpty -d z
                """.formatted(folder);
        String shown = outputOf(
                "timeout",
                "40",
                "zsh",
                "-f",
                Files.writeString(folder.resolve("typed"), typed).toString());
        assertThat(shown).contains("provision").contains("un").doesNotContain("not found");
    }

    @Test
    void theVersionNamesTheCommitAndTheLibraries() {
        assertThat(printed("--version"))
                .matches("sessionctl \\d+\\.\\d+\\.\\d+\\n"
                        + "built from (commit [0-9a-f]{12} of \\d{4}-\\d\\d-\\d\\d(, changed since)?|sources of an"
                        + " unknown commit)\\n"
                        + "with sshj [\\d.]+, Bouncy Castle [\\d.]+, FreeMarker [\\d.]+,\\n +SnakeYAML [\\d.]+, picocli"
                        + " [\\d.]+\\non Java .*\\n");
        assertThat(new BuildInfo("version=1.2.3\ncommit=${git.commit.id.abbrev}\n").lines())
                .contains("sessionctl 1.2.3", "built from sources of an unknown commit");
    }
}
