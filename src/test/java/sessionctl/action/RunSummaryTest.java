package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Samples;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.GuardChange;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.Risk;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;

class RunSummaryTest {
    private static final Change WEB = new InstallPackages(Set.of("apache2", "memcached"), Set.of());
    private static final Change CACHE = new InstallPackages(Set.of("memcached"), Set.of());

    private final Cluster cluster = Samples.lamps(3);
    private long nanos;
    private final RunSummary summary = new RunSummary(cluster, new Remedies("shop.yml"), () -> nanos);

    private static DropletReport entry(Droplet droplet, int done, Change... changes) {
        return new DropletReport(droplet, DropletStatus.DONE, List.of(changes), done, null, List.of());
    }

    private List<DropletReport> all(Change change) {
        return cluster.droplets().stream().map(d -> entry(d, 1, change)).toList();
    }

    @Test
    void theEndStatesWhatWasDoneAndInHowMuchTime() {
        nanos = 600_000_000_000L;
        summary.restart();
        nanos += 41_500_000_000L;
        assertThat(summary.describe(all(CACHE), ExitCode.OK)).isEqualTo("Done in 42 s: 3 changes on 3 droplets.");
        assertThat(summary.describe(List.of(entry(Samples.lamp01(), 1, CACHE)), ExitCode.OK))
                .isEqualTo("Done in 42 s: 1 change on 1 droplet.");
    }

    @ParameterizedTest
    @CsvSource({"1, Failed", "6, Rolled back", "130, Interrupted"})
    void aRunThatEndedEarlyCountsWhatIsDone(int code, String word) {
        nanos = 65_000_000_000L;
        assertThat(summary.describe(List.of(entry(Samples.lamp01(), 1, CACHE, WEB)), code))
                .isEqualTo(word + " after 1 min 5 s: 1 of 2 changes done.");
    }

    @Test
    void afterTheFirstInstallationTheNextStepNamesTheInventoryAndThePublicAddresses() {
        assertThat(summary.nextStep(all(WEB)))
                .contains("Next: sessionctl verify shop.yml, then point the load balancer at 203.0.113.1, 203.0.113.2,"
                        + " 203.0.113.3.");
        assertThat(summary.nextStep(List.of(entry(cluster.droplets().get(2), 1, WEB))))
                .contains("Next: sessionctl verify shop.yml, then add 203.0.113.3 to the load balancer.");
    }

    @Test
    void aDropletThatJoinsWithItsPackagesIsToBeAddedToo() {
        Change web = new Configure(
                Stage.WEB, "apache2", List.of(), List.of(), ServiceAction.RELOAD, false, List.of(), Risk.NONE);
        Change open = new GuardChange(GuardChange.Order.UNCORDON, List.of(), Risk.NONE);
        Droplet third = cluster.droplets().get(2);
        assertThat(summary.nextStep(List.of(entry(third, 2, web, open))))
                .contains("Next: sessionctl verify shop.yml, then add 203.0.113.3 to the load balancer.");
        assertThat(summary.nextStep(List.of(entry(third, 1, web)))).isEmpty();
        assertThat(summary.nextStep(List.of(entry(third, 1, open)))).isEmpty();
    }

    @Test
    void withoutANewWebServerThereIsNoNextStep() {
        assertThat(summary.nextStep(all(CACHE))).isEmpty();
    }
}
