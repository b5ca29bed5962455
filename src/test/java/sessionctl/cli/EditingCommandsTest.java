package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command lines of {@code add}, {@code remove} and {@code replace}. No droplet is contacted: the key is missing. */
class EditingCommandsTest {
    private static final String TEXT = """
            # The shop.
            ssh: {key: no-such-key}
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1} # one
              - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
            """;

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Path file() {
        return folder.resolve("shop.yml");
    }

    @BeforeEach
    void write() throws IOException {
        Files.writeString(file(), TEXT);
    }

    /** Runs a command line in which FILE stands for the inventory. */
    private int run(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.split(" +")) {
            words.add(word.replace("FILE", file().toString()));
        }
        return Main.run(new PrintWriter(out), new PrintWriter(err), words.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "add lamp03 203.0.113.3 10.98.0.3 FILE          > +  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3}",
                "add lamp03 203.0.113.3 10.98.0.3 -i FILE       > +  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3}",
                "remove lamp02 FILE                             > +  - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2, leaving: true}",
                "remove lamp02 --dead --inventory FILE          > +  - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2, leaving: true}",
                "replace lamp02 203.0.113.3 10.98.0.3 FILE      > +  - {name: lamp02, public_ip: 203.0.113.3, private_ip: 10.98.0.3}",
            })
    void theEditIsShownAsADiffAndNotWrittenBeforeThePlanIsSettled(String line, String added) throws IOException {
        for (String option : List.of("", " -n", " --dry-run")) {
            out.getBuffer().setLength(0);
            assertThat(run(line + option)).isEqualTo(5);
            assertThat(out.toString())
                    .startsWith("--- " + file() + "\n+++ " + file() + "\n@@")
                    .contains(added);
            assertThat(Files.readString(file())).isEqualTo(TEXT);
        }
        assertThat(err.toString()).contains("no-such-key does not exist");
    }

    @Test
    void anInventoryThatIsAlreadyAsIntendedHasNoDiff() {
        assertThat(run("add lamp02 203.0.113.2 10.98.0.2 FILE")).isEqualTo(5);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("no-such-key does not exist");
    }

    @Test
    void inJsonStandardOutputIsOneDocument() {
        assertThat(run("add lamp03 203.0.113.3 10.98.0.3 FILE -o json")).isEqualTo(5);
        assertThat(JsonParser.parseString(out.toString())
                        .getAsJsonObject()
                        .get("command")
                        .getAsString())
                .isEqualTo("add");
        assertThat(err.toString()).startsWith("--- " + file()).contains("+  - {name: lamp03");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "add lamp03 203.0.113.3                        > add: Missing required parameter: 'PRIVATE'",
                "add lamp03 203.0.113.3 10.98.0.3 a b          > add: unexpected argument \"b\"",
                "add lamp03 203.0.113.3 10.98.0.3 -            > add edits the inventory and cannot edit standard input; name a file",
                "add lamp03 203.0.113.3 web FILE               > PRIVATE: \"web\" is a host name; expected an IP address",
                "add lamp01 203.0.113.3 10.98.0.3 FILE         > lamp01 is there already, with 203.0.113.1 and 10.98.0.1",
                "remove lamp9 FILE                             > there is no droplet lamp9; it has lamp01, lamp02",
                "replace lamp9 203.0.113.3 10.98.0.3 FILE      > there is no droplet lamp9; it has lamp01, lamp02",
                "replace lamp02 203.0.113.1 10.98.0.3 FILE     > 203.0.113.1 is the address of lamp01 already",
                "remove lamp02 FILE --limit lamp01             > --limit cannot be combined with remove",
                "remove lamp02 FILE -i other.yml               > two inventories are given",
                "remove lamp02 nowhere.yml                     > nowhere.yml: cannot be read (there is no such file)",
                "remove lamp02 FILE --plan x.json --dry-run    > --plan applies a reviewed plan",
                "remove lamp02 FILE --forget 10.98.0.1         > --forget: 10.98.0.1 is lamp01, which is in the inventory",
            })
    void aRefusedEditExitsWithFive(String line, String message) throws IOException {
        assertThat(run(line)).isEqualTo(5);
        assertThat(err.toString()).contains(message);
        assertThat(Files.readString(file())).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"provision", "check", "status", "history", "firewall", "restart", "verify"})
    void theInventoryIsAnArgumentOrAnOption(String command) {
        for (String inventory : List.of("FILE", "-i FILE", "--inventory=FILE", "FILE -i FILE", "-iFILE")) {
            assertThat(run(command + " " + inventory)).isEqualTo(5);
        }
        assertThat(err.toString().lines()).hasSize(5).allMatch(line -> line.contains("no-such-key does not exist"));
        assertThat(run(command + " other.yml -i FILE")).isEqualTo(5);
        assertThat(err.toString())
                .endsWith("two inventories are given, other.yml and --inventory " + file() + "; give one of them\n");
    }
}
