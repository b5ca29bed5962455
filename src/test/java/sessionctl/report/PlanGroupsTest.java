package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.FileChange;
import sessionctl.plan.Risk;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.state.FileState;

class PlanGroupsTest {
    private static final List<Droplet> DROPLETS = Samples.cluster("""
                    droplets:
                      - {name: web1, public_ip: 203.0.113.1, private_ip: 10.0.0.1}
                      - {name: web2, public_ip: 203.0.113.2, private_ip: 10.0.0.2}
                      - {name: web3, public_ip: 203.0.113.3, private_ip: 10.0.0.3}
                    """).droplets();

    private static Change change(String content) {
        FileChange file = new FileChange(
                "/etc/app.conf",
                new FileState.Present("", "644", "root:root"),
                new FileState.Present(content, "644", "root:root"));
        return new Configure(
                Stage.WEB, "apache2", List.of(file), List.of(), ServiceAction.NONE, false, List.of(), Risk.NONE);
    }

    private static List<List<String>> group(List<String> warnings, String... contents) {
        List<DropletReport> reports = new ArrayList<>();
        for (int i = 0; i < contents.length; i++) {
            reports.add(DropletReport.planned(
                    DROPLETS.get(i),
                    List.of(change(contents[i])),
                    warnings.isEmpty() ? List.of() : List.of(warnings.get(i))));
        }
        return PlanGroups.of(reports).stream()
                .map(g -> g.members().stream().map(r -> r.droplet().name()).toList())
                .toList();
    }

    @Test
    void dropletsThatExchangeTheirAddressesAreOneGroup() {
        assertThat(group(
                        List.of(),
                        "listen 10.0.0.1\nallow 10.0.0.2\nallow 10.0.0.3\nall 10.0.0.1,10.0.0.2,10.0.0.3\n",
                        "listen 10.0.0.2\nallow 10.0.0.1\nallow 10.0.0.3\nall 10.0.0.1,10.0.0.2,10.0.0.3\n",
                        "listen 10.0.0.3\nallow 10.0.0.1\nallow 10.0.0.2\nall 10.0.0.1,10.0.0.2,10.0.0.3\n"))
                .hasSize(1);
        assertThat(group(List.of(), "grep 10[.]0[.]0[.]1$\n", "grep 10[.]0[.]0[.]2$\n"))
                .hasSize(1);
        assertThat(group(List.of(), "url http://203.0.113.1:80\n", "url http://203.0.113.2:80\n"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // the address of a third droplet
                "listen 10.0.0.3\nallow 10.0.0.1\n",
                "listen 10.0.0.2\nallow 10.0.0.3\n",
                // an address that only begins like its own
                "listen 10.0.0.22\nallow 10.0.0.1\n",
                "listen 10.0.0.2\nallow 10.0.0.1\nallow 10.0.0.1\n",
                "listen 10.0.0.2\nallow 10.0.0.1 \n",
                "allow 10.0.0.1\nlisten 10.0.0.2\n"
            })
    void anyOtherDifferenceMakesAGroupOfItsOwn(String content) {
        assertThat(group(List.of(), "listen 10.0.0.1\nallow 10.0.0.2\n", content))
                .containsExactly(List.of("web1"), List.of("web2"));
    }

    @Test
    void differentWarningsMakeDifferentGroups() {
        assertThat(group(List.of("a", "b", "a"), "x\n", "x\n", "x\n"))
                .containsExactly(List.of("web1", "web3"), List.of("web2"));
    }

    @Test
    void whatHasBeenShownForAnotherDropletIsNotShownAgain() {
        List<DropletReport> reports = List.of(
                DropletReport.planned(DROPLETS.get(0), List.of(change("listen 10.0.0.1\n")), List.of()),
                DropletReport.planned(
                        DROPLETS.get(1), List.of(change("listen 10.0.0.2\n"), change("more\n")), List.of()));
        List<PlanGroups.ShownChange> second = PlanGroups.of(reports).get(1).changes();
        assertThat(second.get(0).sameAs()).contains(DROPLETS.get(0));
        assertThat(second.get(0).diffs()).isEmpty();
        assertThat(second.get(1).sameAs()).isEmpty();
        assertThat(second.get(1).diffs()).isNotEmpty();
    }

    @Test
    void onlyLinesThatDifferInAnAddressAreCounted() {
        String addresses =
                IntStream.range(1, 8).mapToObj(i -> "allow 10.0.1." + i + "\n").reduce("", String::concat);
        String equal = "same\n".repeat(8);
        List<String> lines = PlanGroups.of(
                        List.of(DropletReport.planned(DROPLETS.get(0), List.of(change(addresses + equal)), List.of())))
                .get(0)
                .changes()
                .get(0)
                .diffs()
                .get(0);
        assertThat(lines)
                .contains(
                        "+allow 10.0.1.1", "+allow 10.0.1.2", "+ … 5 more lines like these, each with another address")
                .doesNotContain("+allow 10.0.1.3");
        assertThat(lines.stream().filter("+same"::equals)).hasSize(8);
    }
}
