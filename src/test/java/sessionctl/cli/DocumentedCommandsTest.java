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

/** Whatever the documentation tells a reader to type is understood, also where nothing of the lab is there to type it at. */
class DocumentedCommandsTest {
    /** What other programs are told to do, here or on a droplet; whoever adds one tries it first. */
    private static final Set<String> OF_OTHERS = Set.of(
            "ansible-inventory --list",
            "apachectl configtest",
            "apt-get -s -f install",
            "apt-get update",
            "firewall-cmd --reload",
            "git diff rendered",
            "journalctl -u memcached",
            "kill -9",
            "mvn test",
            "netfilter-persistent reload",
            "php-fpm -t",
            "sshd -T",
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

    /** What stands amid the text; troubleshooting's messages are not typed. */
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

    /** The lines of indented and fenced blocks that call the program. */
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

    /** The examples under {@code --help}, which are the manual's, too. */
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
    void whatStandsAmidTheTextIsUnderstood(String words) {
        String typed = words.replaceFirst("^source <\\((.*)\\)$", "$1").replace("COMMAND", "status");
        var ours = OURS.matcher(typed);
        if (ours.matches()) {
            understood(ours.group(1));
        } else if (typed.startsWith("--")) {
            assertThat(Main.line(Map.of()).getSubcommands().keySet())
                    .as("a command that takes %s", typed)
                    .anyMatch(command -> takes(command + " " + typed.replaceAll("\\bN$", "3")));
        } else if (Main.line(Map.of()).getSubcommands().containsKey(typed.split(" ", 2)[0])) {
            understood(typed);
        } else {
            assertThat(OF_OTHERS).contains(typed);
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void whatStandsInBlocksIsUnderstood(String call) {
        understood(call.replaceFirst("^(sudo )?(\\./)?sessionctl ", ""));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void whatHelpShowsIsUnderstood(String call) {
        understood(call.replaceFirst("^(sudo )?(\\./)?sessionctl ", ""));
    }

    @Test
    void nothingOfOthersIsKeptThatNobodyIsToldToType() throws IOException {
        assertThat(inline()).containsAll(OF_OTHERS);
    }

    @Test
    void theScriptsOfTheReadmeAreThere() throws IOException {
        List<String> scripts = INDENTED.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(found -> found.group(1).replaceFirst("^sudo ", ""))
                .filter(line -> line.startsWith("src/"))
                .toList();
        assertThat(scripts)
                .isNotEmpty()
                .allSatisfy(script -> assertThat(Path.of(script)).isExecutable());
    }

    private static void understood(String call) {
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
