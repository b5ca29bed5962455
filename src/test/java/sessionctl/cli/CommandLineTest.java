package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import sessionctl.inventory.Inventory;

class CommandLineTest {
    private static final String INVENTORY = """
        ssh: {key: %s}
        droplets:
          - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
          - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
        """;

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private String inventory() throws IOException {
        return write("inventory.yml", INVENTORY.formatted("no-such-key"));
    }

    /** Lists the names of all commands and subcommands except hidden ones. */
    static Stream<List<String>> commands() {
        List<List<String>> found = new ArrayList<>();
        collect(Main.line(Map.of()), List.of(), found);
        assertThat(found).hasSizeGreaterThan(8);
        return found.stream();
    }

    private static void collect(CommandLine command, List<String> words, List<List<String>> found) {
        found.add(words);
        command.getSubcommands().forEach((name, sub) -> {
            List<String> longer = new ArrayList<>(words);
            longer.add(name);
            if (!sub.getCommandSpec().usageMessage().hidden()) {
                collect(sub, longer, found);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandsHelpShowsAnExampleAndTheExitCodesInEightyColumns(List<String> words) {
        List<String> args = new ArrayList<>(words);
        args.add("--help");
        assertThat(run(args.toArray(String[]::new))).isZero();
        assertThat(out.toString())
                .startsWith("Usage: sessionctl")
                .containsSubsequence("\nExample:\n", "\nOptions:\n", "\nExit codes:\n");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theOptionsOfAConnectionAndOfTheOutputAreGroups() {
        run("restart", "--help");
        assertThat(out.toString())
                .containsSubsequence(
                        "\nArguments:\n",
                        "[INVENTORY]",
                        "\nOptions:\n",
                        "--limit",
                        "--web",
                        "\nConnection:\n",
                        "--known-hosts",
                        "\nOutput:\n",
                        "--events",
                        "\nExit codes:\n");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandPrintsTheVersion(List<String> words) {
        List<String> args = new ArrayList<>(words);
        args.add("--version");
        assertThat(run(args.toArray(String[]::new))).isZero();
        assertThat(out.toString()).startsWith("sessionctl ").contains("\nbuilt from ", "\non Java ");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "provisoin                                   > Did you mean: provision",
                "provision --dryrun                          > Unknown option: '--dryrun'",
                "provision --dry-runn                        > Did you mean: --dry-run?",
                "provision --dryrun                          > Did you mean: --dry-run?",
                "provision --dry_run                         > Did you mean: --dry-run?",
                "provision --Limit=lamp01                    > Did you mean: --limit?",
                "provision --conect-timeout 3                > Did you mean: --connect-timeout?",
                "init --form x                               > Did you mean: --from?",
                "render --ouut x                             > Did you mean: --out?",
                "firewal                                     > Did you mean: firewall?",
                "Provision                                   > Did you mean: provision?",
                "lab dwon                                    > Did you mean: down?",
                "provision a.yml b.yml                       > provision: unexpected argument \"b.yml\"",
                "web                                         > sessionctl: there is no command 'web'",
                "provision --concurrency many                > provision: --concurrency must be a whole number (got"
                        + " \"many\")",
                "render                                      > render: Missing required argument",
                "provision --concurrency                     > --concurrency",
                "status --history 0                          > --history must be 1 or more (got 0)",
                "status --history=0                          > --history must be 1 or more (got 0)",
                "status --watch 0                            > --watch must be 1 or more (got 0)",
                "provision --connect-timeout 1.5             > 1.5",
                "provision --output xml                      > xml",
                "lab up --droplets 0                         > from 1 to 200",
                "lab up --droplets 201                       > from 1 to 200",
                "lab up --droplets 2 --inventory x.yml       > cannot be combined with --inventory",
                "history --runs many                         > --runs must be a whole number (got \"many\")",
                "lab power explode lamp01                    > explode",
            })
    void aWrongCommandLineExitsWithFiveAndPointsToTheHelp(String line, String message) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(5);
        assertThat(err.toString()).contains(message).endsWith(" --help'.\n");
        assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(3);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "plan      > To show what would be changed: sessionctl provision --dry-run",
                "diff      > To show what would be changed: sessionctl provision --dry-run",
                "apply     > To apply the inventory: sessionctl provision",
                "deploy    > To apply the inventory: sessionctl provision",
                "up        > To apply the inventory: sessionctl provision. To boot test servers: sessionctl lab up",
                "list      > To list the droplets and their state: sessionctl status",
                "destroy   > To remove sessionctl from the droplets: sessionctl uninstall",
                "reset     > To restart memcached: sessionctl restart.",
                "help plan > To show what would be changed: sessionctl provision --dry-run",
            })
    void aWordOfAnotherToolIsTranslated(String line, String advice) {
        assertThat(run((line + " shop.yml").split(" "))).isEqualTo(5);
        assertThat(err.toString())
                .startsWith("sessionctl: there is no command '" + line.replace("help ", "") + "'\n")
                .contains("\n" + advice)
                .endsWith("\nTry 'sessionctl --help'.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"provision", "lab", "lab up", "help"})
    void theHelpOfACommandIsPrintedByHelp(String command) {
        assertThat(run(("help " + command).split(" "))).isZero();
        String help = out.toString();
        out.getBuffer().setLength(0);
        assertThat(run((command + " --help").split(" "))).isZero();
        assertThat(help).isEqualTo(out.toString());
    }

    @Test
    void helpAloneAndVersionPrintWhatTheOptionsPrint() {
        run("--help");
        run("--version");
        String options = out.toString();
        out.getBuffer().setLength(0);
        assertThat(run("help")).isZero();
        assertThat(run("version")).isZero();
        assertThat(out.toString()).isEqualTo(options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lab"})
    void withoutACommandTheHelpIsPrinted(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(5);
        assertThat(err.toString()).startsWith("Usage: ").contains("Exit codes:", line.isEmpty() ? "provision" : "down");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void anErrorWrapsAtTheWidthOfATerminalOnly() {
        String[] words = {"provision", "no-such-inventory.yml"};
        assertThat(run(words)).isEqualTo(5);
        String piped = err.toString();
        assertThat(piped.lines()).hasSize(1);
        err.getBuffer().setLength(0);
        System.setProperty("sessionctl.tty.err", "true");
        System.setProperty("sessionctl.size", "24 30");
        try {
            assertThat(run(words)).isEqualTo(5);
        } finally {
            System.clearProperty("sessionctl.tty.err");
            System.clearProperty("sessionctl.size");
        }
        assertThat(err.toString().lines()).hasSizeGreaterThan(1).allMatch(line -> line.length() <= 30);
        assertThat(err.toString().replace("\n  ", " ")).isEqualTo(piped);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "warm-upp", "--nonsense", "provision --nonsense"})
    void nothingIsSuggestedForAWordThatResemblesNone(String line) {
        assertThat(run(line.split(" "))).isEqualTo(5);
        assertThat(err.toString()).doesNotContain("Did you mean");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "--concurrency 0            > --concurrency must be 1 or more (got 0)",
                "--connect-timeout 0        > --connect-timeout must be 1 or more (got 0)",
                "--lock-timeout -1          > --lock-timeout must be 0 or more (got -1)",
                "--host-key-policy no       > --host-key-policy must be strict, accept-new or ask (got \"no\")",
                "--color sometimes          > --color must be auto, always or never (got \"sometimes\")",
                "--limit lamp03             > --limit: the inventory has no droplet lamp03; it has lamp01, lamp02",
                "--limit lamp01,lamp9       > --limit: the inventory has no droplet lamp9; it has lamp01, lamp02",
                "--limit ,                  > --limit names no droplet; name one, or leave the option out",
                "--limit lamp01             > no-such-key",
            })
    void anInvalidOptionValueExitsWithFiveBeforeAnyConnection(String options, String message) throws IOException {
        List<String> args = new ArrayList<>(List.of("provision", inventory(), "--dry-run"));
        args.addAll(List.of(options.split(" ")));
        assertThat(run(args.toArray(String[]::new))).isEqualTo(5);
        assertThat(err.toString()).contains(message).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "--http-port 0              > --http-port must be from 1 to 65535 (got 0)",
                "--host-header a/b          > --host-header: \"a/b\" is not a host name",
                "--path shop                > --path: \"shop\" is not a folder of a site, as in /shop",
                "--path /a/../b             > --path: \"/a/../b\" is not a folder of a site, as in /shop",
                "--docroot srv              > --docroot: \"srv\" is not an absolute path",
                "-k                         > --insecure needs --tls",
                "--cacert x.pem             > --cacert needs --tls",
                "--tls --cacert /no/x.pem   > --cacert: /no/x.pem cannot be read (there is no such file)",
                "--tls --cacert pom.xml     > --cacert: pom.xml is not a file of PEM certificates",
                "--tls --cacert /dev/null   > --cacert: /dev/null contains no certificate",
                "--tls -k --cacert x.pem    > --cacert and --insecure contradict each other; leave one of them out",
                "--junit /no/such/x.xml     > --junit: /no/such/x.xml cannot be written (there is no such file)",
                "--drill --limit lamp01     > --drill cannot be combined with --limit",
                "--drill-timeout 4          > --drill-timeout must be 5 or more (got 4)",
                "--http-port 8080           > no-such-key",
            })
    void anInvalidVerifyOptionExitsWithFiveBeforeAnyConnection(String options, String message) throws IOException {
        List<String> args = new ArrayList<>(List.of("verify", inventory()));
        args.addAll(List.of(options.split(" ")));
        assertThat(run(args.toArray(String[]::new))).isEqualTo(5);
        assertThat(err.toString()).contains(message).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aMissingInventoryIsReportedWithTheRemedy() {
        String name = folder.resolve("none.yml").toString();
        assertThat(run("provision", name)).isEqualTo(5);
        assertThat(err.toString())
                .isEqualTo(name + ": cannot be read (there is no such file); name an inventory, or write one with:"
                        + " sessionctl init > " + name + "\n");
    }

    @Test
    void everyProblemOfAnInventoryIsOneLineAndIsInTheJsonDocument() throws IOException {
        String name = write("bad.yml", "droplets:\n  - {name: a b, public_ip: x}\n");
        assertThat(run("provision", name, "--output", "json")).isEqualTo(5);
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        int problems = document.getAsJsonArray("problems").size();
        assertThat(problems).isGreaterThan(1);
        assertThat(err.toString()).hasLineCount(problems).startsWith(name + ":2:");
        assertThat(document.get("exit_code").getAsInt()).isEqualTo(5);
        assertThat(document.get("command").getAsString()).isEqualTo("provision");
    }

    @ParameterizedTest
    @CsvSource({
        "--output=json --nonsense",
        "--nonsense --output JSON",
        "--output json --concurrency x",
        "-o json --nonsense",
        "--nonsense -ojson"
    })
    void withOutputJsonAWrongCommandLinePrintsAJsonDocument(String options) {
        assertThat(run(("provision " + options).split(" "))).isEqualTo(5);
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(document.get("exit_code").getAsInt()).isEqualTo(5);
        assertThat(document.get("error").getAsString()).isNotEmpty();
    }

    @Test
    void aStackTraceIsShownOnlyWithTwoVerboseFlags() throws IOException {
        String name = folder.resolve("none.yml").toString();
        run("provision", name, "-v");
        assertThat(err.toString()).hasLineCount(1);
        run("provision", name, "-vv");
        assertThat(err.toString()).contains("\tat sessionctl.cli.");
    }

    @Test
    void aTemplateProblemExitsWithFiveBeforeAnyConnection() throws IOException {
        Path templates = Files.createDirectory(folder.resolve("templates"));
        Files.writeString(templates.resolve("memcached.conf.ftl"), "nonsense [=private_ip]\n");
        assertThat(run("provision", inventory(), "--templates", templates.toString(), "--output", "json"))
                .isEqualTo(5);
        assertThat(err.toString()).startsWith("templates/memcached.conf.ftl: ").hasLineCount(1);
        assertThat(JsonParser.parseString(out.toString()).getAsJsonObject().has("error"))
                .isTrue();
    }

    @Test
    void aTemplatesFolderWithoutUsableTemplatesIsRefused() throws IOException {
        Path templates = Files.createDirectory(folder.resolve("templates"));
        assertThat(run("provision", inventory(), "--templates", templates.toString()))
                .isEqualTo(5);
        assertThat(err.toString()).contains("contains no template; give a folder with any of memcached.conf.ftl");
        Files.writeString(templates.resolve("memcache.conf.ftl"), "");
        assertThat(run("provision", inventory(), "--templates", templates.toString()))
                .isEqualTo(5);
        assertThat(err.toString()).contains("memcache.conf.ftl is not a template of sessionctl");
        assertThat(run("provision", inventory(), "--templates", inventory())).isEqualTo(5);
        assertThat(err.toString()).contains("inventory.yml is not a folder");
    }

    @Test
    void aTemplateThatIsNotUtf8IsRefusedByName() throws IOException {
        Path templates = Files.createDirectory(folder.resolve("templates"));
        Files.write(templates.resolve("php.ini.ftl"), new byte[] {'a', '=', (byte) 0xe9});
        assertThat(run("provision", inventory(), "--templates", templates.toString()))
                .isEqualTo(5);
        assertThat(err.toString())
                .contains("php.ini.ftl is not UTF-8; save it as UTF-8")
                .hasLineCount(1);
    }

    @Test
    void initPrintsAValidInventory() {
        assertThat(run("init")).isZero();
        assertThat(Inventory.parse("inventory.yml", out.toString()).problems()).isEmpty();
        assertThat(err.toString()).isEmpty();
    }

    /**
     * Picocli's argument files are off: an argument that begins with @ is not replaced by the words of a file. An
     * inventory may have such a name.
     */
    @Test
    void noArgumentIsReadAsAFileOfArguments() throws IOException {
        String words = write("words", "topsecret");
        assertThat(run("render", "--out", folder.resolve("out").toString(), "@" + words))
                .isEqualTo(5);
        assertThat(run("@" + words)).isEqualTo(5);
        assertThat(run("provision", "--limit", "@" + words, inventory())).isEqualTo(5);
        assertThat(out + err.toString()).doesNotContain("topsecret").contains("@" + words);
    }

    /** For such a path, Java throws an exception that is not an IOException. */
    @Test
    void aPathWithANulCharacterIsAWrongArgument() throws IOException {
        for (String[] words : List.of(
                new String[] {"render", "--out", "a\u0000b", inventory()},
                new String[] {"render", "--check", "a\u0000b", inventory()},
                new String[] {"render", "--out", folder.resolve("o").toString(), "--templates", "a\u0000b", inventory()
                },
                new String[] {"render", "--out", folder.resolve("o").toString(), "a\u0000b"},
                new String[] {"init", "--from", "a\u0000b"},
                new String[] {"provision", "--plan", "a\u0000b", inventory()},
                new String[] {"provision", "--known-hosts", "a\u0000b", "--dry-run", inventory()})) {
            assertThat(run(words)).as(String.join(" ", words)).isEqualTo(5);
        }
        assertThat(err.toString()).doesNotContain("internal error", "Exception");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "help init",
                "init",
                "init --schema",
                "completion bash",
                "render --help",
                "status --help"
            })
    void standardOutputThatCannotBeWrittenIsAFailure(String words) {
        Writer full = new Writer() {
            @Override
            public void write(char[] chars, int from, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        StringWriter said = new StringWriter();
        assertThat(Main.run(new PrintWriter(full), new PrintWriter(said), words.split(" ")))
                .isEqualTo(1);
        assertThat(said.toString()).contains("sessionctl: standard output cannot be written");
    }
}
