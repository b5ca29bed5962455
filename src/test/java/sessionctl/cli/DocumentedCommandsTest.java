package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Checks that the program parses each of its commands in the documentation and the help. No lab is needed. */
class DocumentedCommandsTest {
    /** Documented commands of other programs, on this machine or on a droplet. To add one, try it first. */
    private static final Set<String> OF_OTHERS = Set.of(
            "ansible-inventory --list",
            "apachectl configtest",
            "apt-cache policy",
            "apt-get -s -f install",
            "apt-get update",
            "apt-mark showhold",
            "df -i",
            "firewall-cmd --reload",
            "git diff rendered",
            "journalctl -u memcached",
            "journalctl -u sessionctl-sentinel",
            "kill -9",
            "mvn test",
            "netfilter-persistent reload",
            "php-fpm -t",
            "sshd -T",
            "systemctl cat memcached",
            "systemctl disable --now sessionctl-sentinel",
            "systemctl mask",
            "systemctl restart memcached",
            "terraform output -json",
            "terraform show -json",
            "timedatectl set-ntp true",
            "ufw reload");

    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern INDENTED = Pattern.compile("(?m)^ {4}(\\S.*)$");
    private static final Pattern MESSAGE = Pattern.compile("(?m)^`.*`$");
    private static final Pattern INLINE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern YAML = Pattern.compile("[a-z_]+: .*");
    private static final Pattern OURS = Pattern.compile("(?:sudo )?(?:\\./)?sessionctl (.+)");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("src/docs"))) {
            return Stream.concat(
                            Stream.of(Path.of("README.md")),
                            docs.filter(p -> p.toString().endsWith(".md")))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Returns the inline code of the documentation, except error messages, which troubleshooting.md quotes on their own
     * lines.
     */
    static List<String> inline() throws IOException {
        List<String> all = new ArrayList<>();
        for (Path page : pages()) {
            String text = FENCED.matcher(Files.readString(page)).replaceAll("");
            INLINE.matcher(MESSAGE.matcher(text).replaceAll(""))
                    .results()
                    .map(found -> found.group(1))
                    .filter(words -> words.contains(" ") && !YAML.matcher(words).matches())
                    .forEach(all::add);
        }
        return all.stream().distinct().toList();
    }

    /** Returns the lines of indented and fenced blocks that call the program. */
    static List<String> blocks() throws IOException {
        List<String> all = new ArrayList<>();
        for (Path page : pages()) {
            String text = Files.readString(page);
            INDENTED.matcher(text).results().map(found -> found.group(1)).forEach(all::add);
            FENCED.matcher(text)
                    .results()
                    .flatMap(block -> block.group().lines())
                    .forEach(all::add);
        }
        return all.stream()
                .flatMap(line -> Stream.of(line.replaceAll("#.*", "").split("\\|")))
                .map(call -> call.replaceAll(">.*", "").strip())
                .filter(call -> OURS.matcher(call).matches())
                .distinct()
                .toList();
    }

    /** Returns the examples under {@code --help}, which are also in the manual. */
    static List<String> examples() {
        return everyCommand(Main.line(Map.of())).stream()
                .flatMap(command ->
                        Arrays.stream(command.getCommandSpec().usageMessage().footer()))
                .flatMap(line -> Stream.of(line.split("\\||&&")))
                .map(call -> call.replaceAll(">.*", "").strip())
                .filter(call -> OURS.matcher(call).matches())
                .distinct()
                .toList();
    }

    private static List<CommandLine> everyCommand(CommandLine line) {
        List<CommandLine> all = new ArrayList<>(List.of(line));
        line.getSubcommands().values().forEach(sub -> all.addAll(everyCommand(sub)));
        return all;
    }

    @ParameterizedTest
    @MethodSource("inline")
    void everyInlineCommandIsParsed(String words) {
        String typed = words.replaceFirst("^source <\\((.*)\\)$", "$1").replace("COMMAND", "status");
        var ours = OURS.matcher(typed);
        if (ours.matches()) {
            assertParsed(ours.group(1));
        } else if (typed.startsWith("--")) {
            assertThat(Main.line(Map.of()).getSubcommands().keySet())
                    .as("a command that takes %s", typed)
                    .anyMatch(command -> takes(command + " " + typed.replaceAll("\\bN$", "3")));
        } else if (Main.line(Map.of()).getSubcommands().containsKey(typed.split(" ", 2)[0])) {
            assertParsed(typed);
        } else {
            assertThat(OF_OTHERS).contains(typed);
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void everyCommandInACodeBlockIsParsed(String call) {
        assertParsed(call.replaceFirst("^(sudo )?(\\./)?sessionctl ", ""));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleInTheHelpIsParsed(String call) {
        assertParsed(call.replaceFirst("^(sudo )?(\\./)?sessionctl ", ""));
    }

    @Test
    void everyListedCommandOfAnotherProgramIsInTheDocumentation() throws IOException {
        assertThat(inline()).containsAll(OF_OTHERS);
    }

    @Test
    void theScriptsThatTheReadmeNamesAreExecutable() throws IOException {
        List<String> scripts = INDENTED.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(found -> found.group(1).replaceFirst("^sudo ", ""))
                .filter(line -> line.startsWith("src/"))
                .toList();
        assertThat(scripts)
                .isNotEmpty()
                .allSatisfy(script -> assertThat(Path.of(script)).isExecutable());
    }

    private static void assertParsed(String call) {
        assertThatCode(() -> parse(call)).as(call).doesNotThrowAnyException();
    }

    private static boolean takes(String call) {
        try {
            parse(call);
            return true;
        } catch (ParameterException e) {
            return false;
        }
    }

    private static void parse(String call) {
        Main.line(Map.of()).parseArgs(call.split(" +"));
    }
}
