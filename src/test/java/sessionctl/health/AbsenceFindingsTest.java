package sessionctl.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.facts.StatusProbe;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.PhpSelection;
import sessionctl.state.StatusFacts;

/** Findings about the delays that unreachable droplets cause on the others. */
class AbsenceFindingsTest {
    private static Cluster cluster(int count) {
        return Samples.cluster(IntStream.range(0, count)
                .mapToObj(i -> "  - {name: web%04d, public_ip: 203.0.%d.%d, private_ip: 10.98.%d.%d}%n"
                        .formatted(i, i / 250, i % 250 + 1, i / 250, i % 250 + 1))
                .collect(Collectors.joining("", "droplets:\n", "")));
    }

    /** Returns the findings where the last droplets are down and all others have waited for them. */
    private static List<Finding> measured(int count, int down) throws IOException, InvalidAnswerException {
        Cluster cluster = cluster(count);
        List<Droplet> droplets = cluster.droplets();
        Answer answer = Answer.named("debian-12-provisioned")
                .with("uptime", "86400.12 1000.00")
                .with("clock", "1795502200050000000 1795502200250000000")
                .with("cache", "")
                .with(
                        "trips",
                        IntStream.range(0, count)
                                .mapToObj(i ->
                                        droplets.get(i).privateIp() + (i < count - down ? " ok" : " silent") + " 1.0\n")
                                .collect(Collectors.joining()));
        StatusFacts statusFacts =
                StatusProbe.parse(answer.result(), 1_795_502_200_000L, 1_795_502_200_300L, PhpSelection.ANY);
        List<DropletHealth> checked = new ArrayList<>();
        droplets.forEach(d -> checked.add(
                checked.size() < count - down
                        ? new DropletHealth(d, statusFacts, false, "", null, List.of())
                        : new DropletHealth(d, null, true, "it could not be reached: no answer", null, List.of())));
        return new AbsenceFindings(cluster, new Remedies("shop.yml")).fromMeasurements(checked);
    }

    @Test
    void theRemedyCanBeTypedAsItIs() {
        Cluster cluster = cluster(2);
        Droplet down = cluster.droplets().get(1);
        assertThat(new AbsenceFindings(cluster, new Remedies("my shop.yml"))
                        .unreached(down)
                        .sentence())
                .endsWith("remove or replace it; run: sessionctl remove web0001 'my shop.yml' --dead");
        // There is no file that a command could edit.
        assertThat(new AbsenceFindings(cluster, new Remedies("-"))
                        .unreached(down)
                        .sentence())
                .endsWith("set \"leaving: true\" for it; run: sessionctl provision -");
    }

    @Test
    void theFirstWaitingDropletsAreNamed() throws IOException, InvalidAnswerException {
        assertThat(measured(3, 2).get(1).what()).startsWith("every page on web0000 waits 1 s for it. If it does");
        assertThat(measured(6, 1).get(0).what())
                .startsWith("every page on web0000, web0001, web0002, web0003 and web0004 waits 1 s for it.");
        assertThat(measured(8, 1).get(0).what())
                .startsWith("every page on web0000, web0001, web0002, web0003 and 3 more droplets waits 1 s for it.");
    }

    @Test
    void findingsForHalfOfALargeClusterAreMadeQuickly() throws IOException, InvalidAnswerException {
        assertThat(measured(1000, 500)).hasSize(500);
        List<Finding> findings = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> measured(3000, 1500));
        assertThat(findings)
                .hasSize(1500)
                .allMatch(f -> f.severity() == Severity.ERROR && f.what().length() < 300);
    }
}
