package sessionctl.inventory.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InventoryEditorTest {
    private static final String FLOW = """
            # The shop. 🛒
            ssh: {user: deploy}
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1} # rack 1
              - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
            # end
            """;

    private static final String BLOCK = """
            droplets:
              - name: lamp01
                public_ip: 203.0.113.1
                private_ip: 10.98.0.1
                # a comment on lamp01

              # the second one
              - name: lamp02
                public_ip: 203.0.113.2 # public
                private_ip: 10.98.0.2
                ssh:
                  port: 2222

            memcached:
              memory: 128
            """;

    private static String add(String text) throws RefusedEditException {
        return InventoryEditor.apply(InventoryEdit.add("lamp03", "203.0.113.3", "10.98.0.3"), text, Map.of());
    }

    private static String leave(String text, String name) throws RefusedEditException {
        return InventoryEditor.apply(InventoryEdit.leave(name), text, Map.of());
    }

    private static String delete(String text, String name) throws RefusedEditException {
        return InventoryEditor.apply(InventoryEdit.delete(name), text, Map.of());
    }

    private static String replace(String text) throws RefusedEditException {
        return InventoryEditor.apply(InventoryEdit.replace("lamp02", "203.0.113.7", "10.98.0.7"), text, Map.of());
    }

    private static void assertRefused(InventoryEdit edit, String text, String reason) {
        assertThatExceptionOfType(RefusedEditException.class)
                .isThrownBy(() -> InventoryEditor.apply(edit, text, Map.of("IP", "203.0.113.2")))
                .satisfies(e -> assertThat(e.reason()).contains(reason));
    }

    @Test
    void aDropletIsAppendedInTheStyleOfTheLastOne() throws RefusedEditException {
        assertThat(add(FLOW))
                .isEqualTo(FLOW.replace(
                        "# end", "  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3}\n# end"));
        assertThat(add(BLOCK)).isEqualTo(BLOCK.replace("      port: 2222\n", """
                  port: 2222

              - name: lamp03
                public_ip: 203.0.113.3
                private_ip: 10.98.0.3
            """.indent(0)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            value = {
                "[{A}, {B}]           > [{A}, {B}, {C}]",
                "[{A},{B}]            > [{A},{B},{C}]",
                "[{A},~ {B}~]         > [{A},~ {B},~ {C}~]",
                "[{A},~ {B},~]        > [{A},~ {B},~ {C},~]",
                "[{A},~ {B} # b~]     > [{A},~ {B}, # b~ {C}~]",
                "[~ {A},~ {B}]        > [~ {A},~ {B},~ {C}]",
                "[{ A }]              > [{ A }, { C }]",
                "~- {A}               > ~- {A}~- {C}",
                "~-   {A}             > ~-   {A}~-   {C}",
                "~-~  {A}             > ~-~  {A}~-~  {C}",
                "~-~  {A, }           > ~-~  {A, }~-~  {C, }",
            })
    void theLayoutOfTheListIsKept(String before, String after) throws RefusedEditException {
        assertThat(add(expanded(before))).isEqualTo(expanded(after));
        assertThat(delete(expanded(after), "lamp03")).isEqualTo(expanded(before));
    }

    /** Returns an inventory: A, B and C are droplets, ~ is a line break. */
    private static String expanded(String list) {
        String text = list;
        for (int i = 1; i <= 3; i++) {
            text = text.replace(
                    Character.toString('A' + i - 1),
                    "name: lamp0%d, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d".formatted(i, i, i));
        }
        return "droplets: " + text.replace("~", "\n") + "\n";
    }

    @Test
    void aDropletOfAJsonInventoryIsAppendedInJson() throws RefusedEditException {
        String json = """
                {"droplets": [
                  {
                    "name": "lamp01",
                    "public_ip": "203.0.113.1",
                    "private_ip": "10.98.0.1"
                  }
                ]}
                """;
        assertThat(add(json)).isEqualTo("""
                {"droplets": [
                  {
                    "name": "lamp01",
                    "public_ip": "203.0.113.1",
                    "private_ip": "10.98.0.1"
                  },
                  {
                    "name": "lamp03",
                    "public_ip": "203.0.113.3",
                    "private_ip": "10.98.0.3"
                  }
                ]}
                """);
        assertThat(delete(add(json), "lamp03")).isEqualTo(json);
        assertThat(leave(add(json), "lamp03")).contains("""
                    "private_ip": "10.98.0.3",
                    "leaving": true
                  }
                """);
    }

    @Test
    void aLeavingDropletIsMarkedAtItsEnd() throws RefusedEditException {
        assertThat(leave(FLOW, "lamp01"))
                .isEqualTo(FLOW.replace("private_ip: 10.98.0.1}", "private_ip: 10.98.0.1, leaving: true}"));
        assertThat(leave(BLOCK, "lamp01"))
                .isEqualTo(BLOCK.replace("    # a comment", "    leaving: true\n    # a comment"));
        assertThat(leave(BLOCK, "lamp02"))
                .isEqualTo(BLOCK.replace("      port: 2222\n", "      port: 2222\n    leaving: true\n"));
    }

    @Test
    void leavingFalseBecomesLeavingTrue() throws RefusedEditException {
        String stays = FLOW.replace("10.98.0.2}", "10.98.0.2, leaving: false}");
        assertThat(leave(stays, "lamp02")).isEqualTo(stays.replace("leaving: false", "leaving: true"));
    }

    @Test
    void aDropletThatIsAlreadyAsIntendedIsNotEdited() throws RefusedEditException {
        assertThat(leave(leave(FLOW, "lamp02"), "lamp02")).isEqualTo(leave(FLOW, "lamp02"));
        assertThat(add(add(FLOW))).isEqualTo(add(FLOW));
        assertThat(replace(replace(BLOCK))).isEqualTo(replace(BLOCK));
    }

    @Test
    void aDeletedDropletTakesTheCommentsWithinItsLinesWithIt() throws RefusedEditException {
        assertThat(delete(FLOW, "lamp01")).isEqualTo(FLOW.replaceFirst(".*lamp01.*\n", ""));
        assertThat(delete(BLOCK, "lamp01")).isEqualTo("droplets:\n" + BLOCK.substring(BLOCK.indexOf("  # the second")));
        assertThat(delete(BLOCK, "lamp02"))
                .isEqualTo(BLOCK.substring(0, BLOCK.indexOf("  - name: lamp02"))
                        + BLOCK.substring(BLOCK.indexOf("\nmemcached:")));
    }

    @Test
    void aReplacedDropletKeepsEverythingButItsAddresses() throws RefusedEditException {
        assertThat(replace(FLOW))
                .isEqualTo(FLOW.replace("203.0.113.2", "203.0.113.7").replace("10.98.0.2", "10.98.0.7"));
        assertThat(replace(BLOCK))
                .isEqualTo(BLOCK.replace("203.0.113.2", "203.0.113.7").replace("10.98.0.2", "10.98.0.7"));
    }

    @Test
    void quotesAreKept() throws RefusedEditException {
        String quoted = "droplets:\n- name: \"lamp02\"\n  public_ip: '203.0.113.2'\n  private_ip:   10.98.0.2";
        assertThat(replace(quoted))
                .isEqualTo("droplets:\n- name: \"lamp02\"\n  public_ip: '203.0.113.7'\n  private_ip:   10.98.0.7");
        assertThat(add(quoted))
                .isEqualTo(quoted + "\n- name: \"lamp03\"\n  public_ip: '203.0.113.3'\n  private_ip:   10.98.0.3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "droplets: [{name: a, public_ip: 1.1.1.1, private_ip: &x 10.1.1.1}]",
                "droplets: [{name: a, public_ip: !!str 1.1.1.1, private_ip: 10.1.1.1}]",
                "droplets: [{name: a, public_ip: '${IP}', private_ip: 10.1.1.1}]",
                "droplets:\n- name: a\n  private_ip: 10.1.1.1\n  public_ip: |-\n    1.1.1.1\n",
                "droplets: &all [{name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1}]",
                "droplets: [&a {name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1}]",
                "droplets:\n- &a\n  name: a\n  public_ip: 1.1.1.1\n  private_ip: 10.1.1.1\n",
            })
    void anAddressThatIsNotWrittenInItsPlaceIsRefused(String text) throws RefusedEditException {
        assertRefused(InventoryEdit.replace("a", "203.0.113.7", "10.98.0.7"), text, "write");
    }

    @Test
    void aDeletedAnchorThatAnotherDropletUsesIsRefused() {
        String text = """
                droplets:
                  - {name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1, ssh: &s {port: 2222}}
                  - {name: b, public_ip: 1.1.1.2, private_ip: 10.1.1.2, ssh: *s}
                """;
        assertRefused(InventoryEdit.delete("a"), text, "the alias *s has no anchor before it");
    }

    @Test
    void anAliasOfAnotherDropletIsKept() throws RefusedEditException {
        String text = """
                droplets:
                  - {name: lamp01, public_ip: 1.1.1.1, private_ip: 10.1.1.1, ssh: &s {port: 2222}}
                  - name: lamp02
                    public_ip: 1.1.1.2
                    private_ip: 10.1.1.2
                    ssh: *s
                """;
        assertThat(replace(text)).contains("ssh: *s");
        assertThat(leave(text, "lamp02")).isEqualTo(text + "    leaving: true\n");
        assertThat(add(text)).startsWith(text).endsWith("    private_ip: 10.98.0.3\n");
        assertThat(delete(text, "lamp02")).isEqualTo(text.substring(0, text.indexOf("  - name: lamp02")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "lamp01  203.0.113.9  10.98.0.9    > lamp01 is there already, with 203.0.113.1 and 10.98.0.1",
                "LAMP01  203.0.113.1  10.98.0.1    > lamp01 is there already",
                "lamp09  203.0.113.2  10.98.0.9    > 203.0.113.2 is the address of lamp02 already",
                "lamp09  203.0.113.9  10.98.0.2    > 10.98.0.2 is the address of lamp02 already",
                "lamp09  203.0.113.9  203.0.113.2  > 203.0.113.2 is the address of lamp02 already",
                "lamp02  203.0.113.2  10.98.0.2    > lamp02 is there and leaves the cluster",
            })
    void aDropletThatContradictsTheInventoryIsNotAdded(String words, String reason) throws RefusedEditException {
        String[] parts = words.split(" +");
        assertRefused(InventoryEdit.add(parts[0], parts[1], parts[2]), leave(FLOW, "lamp02"), reason);
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        String reason = "there is no droplet lamp9; it has lamp01, lamp02";
        assertRefused(InventoryEdit.leave("lamp9"), FLOW, reason);
        assertRefused(InventoryEdit.delete("lamp9"), FLOW, reason);
    }

    @Test
    void theLastDropletThatStaysCannotLeave() throws RefusedEditException {
        assertRefused(InventoryEdit.leave("lamp01"), leave(FLOW, "lamp02"), "lamp01 is the only droplet that stays");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "a_b      203.0.113.1  10.0.0.1    > NAME: \"a_b\" is not a droplet name; expected",
                "-x       203.0.113.1  10.0.0.1    > NAME: ",
                "${HOME}  203.0.113.1  10.0.0.1    > NAME: ",
                "a'b      203.0.113.1  10.0.0.1    > NAME: ",
                "a        web.example  10.0.0.1    > PUBLIC: \"web.example\" is a host name; expected",
                "a        203.0.113.1  300.1.1.1   > PRIVATE: ",
                "a        203.0.113.1  203.0.113.1 > PRIVATE: duplicate",
                "a        x            y           > PUBLIC: ",
            })
    void anInvalidArgumentIsRefusedByItsLabel(String words, String reason) {
        String[] parts = words.split(" +");
        assertThatExceptionOfType(RefusedEditException.class)
                .isThrownBy(() -> InventoryEdit.add(parts[0], parts[1], parts[2]))
                .satisfies(e -> assertThat(e.reason()).startsWith(reason));
    }
}
