package sessionctl.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A command that is printed for the user can be pasted unchanged and names the inventory that was given. */
class InvocationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "`` ~ sessionctl provision",
                "shop.yml ~ sessionctl provision shop.yml",
                "- ~ sessionctl provision -",
                "-shop.yml ~ sessionctl provision ./-shop.yml",
                "--help ~ sessionctl provision ./--help",
                "my shop.yml ~ sessionctl provision 'my shop.yml'",
                "it's.yml ~ sessionctl provision 'it'\\''s.yml'",
                "$(id).yml ~ sessionctl provision '$(id).yml'",
                "a;b.yml ~ sessionctl provision 'a;b.yml'",
            })
    void aCommandNamesTheGivenInventory(String inventory, String command) {
        assertThat(new Invocation(inventory).command("provision")).isEqualTo(command);
    }

    @Test
    void aCommandRepeatsTheOptionsThatItNeeds() {
        Invocation invocation =
                new Invocation("shop.yml", List.of("--templates", "my templates", "--known-hosts", "known"));
        assertThat(invocation.command("restart", "--limit", "web01"))
                .isEqualTo("sessionctl restart shop.yml --templates 'my templates' --known-hosts known --limit web01");
        assertThat(invocation.offline("render", "--out", "out"))
                .isEqualTo("sessionctl render shop.yml --templates 'my templates' --out out");
    }

    @Test
    void commandsAreFilledIntoAText() {
        Invocation invocation = new Invocation("a $1.yml");
        assertThat(invocation.fill("see {sessionctl provision --dry-run}; run: {sessionctl firewall}"))
                .isEqualTo("see sessionctl provision 'a $1.yml' --dry-run; run: sessionctl firewall 'a $1.yml'");
        assertThat(invocation.fill("nothing {sessionctl} {x}")).isEqualTo("nothing {sessionctl} {x}");
    }

    @Test
    void theArgumentsOfACommandPrecedeTheInventory() {
        assertThat(new Invocation("shop.yml").command(List.of("remove", "web03"), "--dead"))
                .isEqualTo("sessionctl remove web03 shop.yml --dead");
    }
}
