package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.desired.DesiredStates;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.inventory.Cluster;
import sessionctl.state.DropletFacts;
import sessionctl.state.DropletState;
import sessionctl.state.UnsupportedDropletException;

/** The plan of the sentinel: its unit and its service. */
class SentinelPlanTest {
    private static final String NAME = "sessionctl-sentinel";
    private static final String PATH = "/etc/systemd/system/sessionctl-sentinel.service";
    private static final String SECTION = "file 644 root:root " + PATH;
    private static final String LEAVING = """
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1, leaving: true}
              - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
            """;

    private static Answer provisioned() throws IOException {
        Cluster cluster = Samples.lamps(1);
        return Samples.guarded(
                Answer.named("debian-12-provisioned"),
                cluster,
                cluster.droplets().get(0));
    }

    private static DropletState desired(Cluster cluster, DropletFacts facts)
            throws IOException, UnsupportedDropletException {
        return new DesiredStates(cluster, Samples.templates())
                .stateOf(cluster.droplets().get(0), facts);
    }

    private static List<Change> plan(Answer answer)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        DropletFacts facts = FactsProbe.parse(answer.result());
        return DropletPlanner.between(facts.state(), desired(Samples.lamps(1), facts), Samples.member());
    }

    private static Configure onlyChange(Answer answer)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        List<Change> changes = plan(answer);
        assertThat(changes).hasSize(1);
        Configure change = (Configure) changes.get(0);
        assertThat(change.service()).isEqualTo(NAME);
        assertThat(change.stage()).isEqualTo(Stage.MEMCACHED);
        assertThat(change.risk()).isEqualTo(Risk.NONE);
        assertThat(change.checks()).isEmpty();
        return change;
    }

    @Test
    void aProvisionedDropletNeedsNoChange() throws IOException, InvalidAnswerException, UnsupportedDropletException {
        assertThat(plan(provisioned())).isEmpty();
    }

    @Test
    void aDropletOfAnEarlierVersionGetsItWithoutAChangeOfMemcached()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Configure change = onlyChange(provisioned().without(SECTION));
        assertThat(change.describe()).isEqualTo("change " + PATH + ", start " + NAME + ", start " + NAME + " at boot");
        assertThat(change.command().words()).containsSequence("service", NAME, "action", "start", "enable", "yes");
    }

    @Test
    void aChangedUnitRestartsTheSentinelOnly() throws IOException, InvalidAnswerException, UnsupportedDropletException {
        assertThat(onlyChange(provisioned().with(SECTION, "[Unit]\n")).describe())
                .isEqualTo("change " + PATH + ", restart " + NAME);
    }

    /** The sentinel executes itself again when they change. */
    @Test
    void aNewProgramOrNewSettingsRestartNothing()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        List<Change> changes = plan(provisioned()
                .with("file 755 root:root /usr/local/lib/sessionctl/guard", "#!/usr/bin/perl\n")
                .with("file 600 root:root /etc/sessionctl/guard.conf", "own 10.98.0.1\n"));
        assertThat(changes)
                .extracting(Change::describe)
                .containsExactly("change /etc/sessionctl/guard.conf, change /usr/local/lib/sessionctl/guard");
    }

    @ParameterizedTest
    @CsvSource({
        "inactive, enabled, start sessionctl-sentinel",
        "failed, enabled, start sessionctl-sentinel",
        "active, disabled, start sessionctl-sentinel at boot",
    })
    void aStoppedOrDisabledSentinelIsStartedAndEnabled(String state, String boot, String change)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Answer answer = provisioned();
        String sentinel = Samples.SENTINEL.replace("=active", "=" + state).replace("=enabled", "=" + boot);
        answer.with("services", answer.text("services").replace(Samples.SENTINEL, sentinel));
        assertThat(onlyChange(answer).describe()).isEqualTo(change);
    }

    @Test
    void aBareDropletGetsItAfterMemcached() throws IOException, InvalidAnswerException, UnsupportedDropletException {
        List<Change> changes = plan(Answer.named("debian-12-bare"));
        assertThat(changes)
                .filteredOn(c -> c.stage() == Stage.MEMCACHED)
                .extracting(c -> ((Configure) c).service())
                .containsExactly("memcached", NAME);
    }

    @Test
    void aRestartOfMemcachedAndAReloadOfTheWebServerLeaveItAlone()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        DropletFacts facts = FactsProbe.parse(provisioned().without(SECTION).result());
        DropletState desired = desired(Samples.lamps(1), facts);
        assertThat(DropletPlanner.restart(facts.state(), desired, Samples.member()))
                .extracting(c -> ((Configure) c).service())
                .containsExactly("memcached");
        assertThat(DropletPlanner.reload(facts.state(), desired, Samples.member()))
                .extracting(c -> ((Configure) c).service())
                .containsExactly("apache2");
    }

    @ParameterizedTest
    @CsvSource({"debian-12-sysvinit-provisioned", "ubuntu-14.04-stand-in-provisioned"})
    void aDropletWithoutAGuardGetsNone(String facts)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        DropletFacts without = FactsProbe.parse(Answer.named(facts).result());
        assertThat(desired(Samples.lamps(1), without).services()).doesNotContainKey(NAME);
    }

    @Test
    void aLeavingDropletKeepsItUntilItIsDecommissioned()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Answer answer = provisioned();
        Cluster cluster = Samples.cluster(LEAVING);
        assertThat(desired(cluster, FactsProbe.parse(answer.result())).services())
                .containsKey(NAME);
        String memcached = "Id=memcached.service\nActiveState=%s\nUnitFileState=%s";
        answer.replacing(memcached.formatted("active", "enabled"), memcached.formatted("inactive", "disabled"));
        assertThat(desired(cluster, FactsProbe.parse(answer.result())).services())
                .doesNotContainKey(NAME);
    }
}
