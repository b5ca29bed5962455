package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import sessionctl.Fuzz;

/**
 * Runs commands with damaged logs and random arguments. Each must end with a documented exit code, without a stack
 * trace and without harmful output.
 */
@Tag("slow")
class CommandFuzzTest {
    private static final List<String> SUBCOMMANDS = List.of(
            "init",
            "render",
            "check",
            "provision",
            "add",
            "remove",
            "replace",
            "firewall",
            "status",
            "history",
            "ssh",
            "restart",
            "uninstall",
            "logs",
            "verify",
            "help",
            "version",
            "completion",
            "x");

    /** Arguments for the commands. None of them names an inventory, so that no host is contacted. */
    private static final List<String> WORDS = List.of(
            "--output",
            "json",
            "--output=json",
            "--output=markdown",
            "--dry-run",
            "--limit",
            "lamp01",
            "--concurrency",
            "0",
            "-1",
            "99999999999",
            "--help",
            "--version",
            "--from",
            "/nowhere",
            "/dev/null",
            "--out",
            "--check",
            "--tag",
            "a\nb",
            "\n--output=json",
            "--unknown",
            "--color",
            "always",
            "-v",
            "-q",
            "-n",
            "-o",
            "-i",
            "plan",
            "--watch",
            "--history",
            "nowhere.yml",
            "\u001b[2J",
            "\u202e",
            "\u0000",
            "",
            " ",
            "::error::x",
            "##[error]x",
            "--",
            "--save-plan",
            "--plan",
            "--junit",
            "/nowhere/x",
            "--templates",
            "--lock-timeout",
            "--confirm-timeout",
            "--drill",
            "--drill-timeout",
            "bash",
            "zsh",
            "--output");

    @Test
    void aDamagedLogOfRunsIsShownSafely() throws IOException {
        HostileCommands commands = new HostileCommands();
        String line = "2026-01-31T10:00:00Z\tid\talice@laptop\troot\t203.0.113.9\tprovision\t0.1.0\tdone\t3\n";
        Fuzz.each(List.of(line, line.repeat(3)), log -> commands.history("fuzz", log));
    }

    @Test
    void everyCommandLineEndsWithADocumentedExitCode() {
        Fuzz.each(List.of("a"), noise -> {
            int seed = noise.hashCode() & Integer.MAX_VALUE;
            List<String> args = new ArrayList<>(List.of(SUBCOMMANDS.get(seed % SUBCOMMANDS.size())));
            for (int i = 0; i < seed % 4; i++) {
                args.add(WORDS.get(Math.floorMod(seed / 7 + 31 * i * i + seed % 101 * i, WORDS.size())));
            }
            if (seed % 3 == 0) {
                args.add(noise.startsWith("@") || noise.equals("-") ? "x" : noise);
            }
            check(args);
        });
    }

    private static void check(List<String> args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = args.toArray(String[]::new);
        int code = Main.run(Map.of("GITHUB_ACTIONS", "true"), new PrintWriter(out), new PrintWriter(err), words);
        String printed = args + " said " + out + err;
        assertThat(code).as(printed).isIn(0, 5);
        assertThat(out + "" + err).as(printed).doesNotContain("\tat sessionctl.", "an internal error");
        boolean help = args.contains("--help") || args.contains("--version");
        if (!help && !args.get(0).equals("completion")) {
            HostileCommands.check(
                    "GitHub: " + printed, null, err.toString().replaceAll("(?m)^::error(?: |::)", "error: "));
        }
        int json = args.indexOf("--output=json");
        boolean asked = json > 0
                || (args.contains("--output") && Arrays.asList(words).indexOf("json") == args.indexOf("--output") + 1);
        if (code == 5 && asked && !help) {
            assertThat(JsonParser.parseString(out.toString())
                            .getAsJsonObject()
                            .get("exit_code")
                            .getAsInt())
                    .as(printed)
                    .isEqualTo(5);
        }
    }

    @Test
    void aWrongArgumentWithALineFeedIsReportedInJsonAndInOneLine() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(
                new PrintWriter(out), new PrintWriter(err), "check", "a.yml", "x\nFORGED\u001b[2J", "--output", "json");
        assertThat(code).isEqualTo(5);
        assertThat(JsonParser.parseString(out.toString())
                        .getAsJsonObject()
                        .get("exit_code")
                        .getAsInt())
                .isEqualTo(5);
        assertThat(err.toString()).contains("x\\x0aFORGED\\x1b[2J").doesNotContain("\nFORGED");
    }
}
