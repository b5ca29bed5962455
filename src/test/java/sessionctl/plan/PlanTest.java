package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;

class PlanTest {
    private static final InstallPackages INSTALL = new InstallPackages(Set.of("memcached", "apache2"), Set.of());

    private static Configure restart(Risk risk) {
        return new Configure(
                Stage.MEMCACHED, "memcached", List.of(), List.of(), ServiceAction.RESTART, false, List.of(), risk);
    }

    private static DropletPlan plan(Change... changes) {
        return new DropletPlan(Samples.lamp01(), List.of(changes), List.of());
    }

    @Test
    void aPlanIsEmptyIfNoDropletNeedsAChange() {
        assertThat(new Plan(List.of(plan(), plan())).isEmpty()).isTrue();
        assertThat(new Plan(List.of(plan(), plan(INSTALL))).isEmpty()).isFalse();
        assertThat(new Plan(List.of(plan(INSTALL), plan(INSTALL, restart(Risk.NONE)))).size())
                .isEqualTo(3);
    }

    @Test
    void aPlanReturnsTheChangesOfAStage() {
        DropletPlan plan = plan(INSTALL, restart(Risk.NONE));
        assertThat(plan.changesOf(Stage.PACKAGES)).containsExactly(INSTALL);
        assertThat(plan.changesOf(Stage.MEMCACHED)).containsExactly(restart(Risk.NONE));
        assertThat(plan.changesOf(Stage.WEB)).isEmpty();
    }

    @Test
    void aChangeShownWithoutRiskKeepsNoRiskWhenPlannedAgain() {
        DropletPlan fresh = plan(restart(Risk.LOSES_LOCAL_SESSIONS));
        assertThat(fresh.withRisksOf(plan(INSTALL, restart(Risk.NONE))).changes())
                .containsExactly(restart(Risk.NONE));
    }

    @Test
    void aChangeThatWasNotShownKeepsItsRisk() {
        DropletPlan fresh = plan(restart(Risk.LOSES_LOCAL_SESSIONS));
        assertThat(fresh.withRisksOf(plan(INSTALL))).isEqualTo(fresh);
        assertThat(fresh.withRisksOf(plan(restart(Risk.LOSES_LOCAL_SESSIONS)))).isEqualTo(fresh);
    }

    @Test
    void packagesAreInstalledInAlphabeticalOrder() {
        assertThat(INSTALL.command().words()).endsWith("sessionctl", "apache2", "memcached");
        assertThat(INSTALL.describe()).isEqualTo("install apache2 memcached");
        assertThat(new InstallPackages(Set.of("a"), Set.of("c", "b")).describe())
                .isEqualTo("install a; finish the installation of b c");
    }

    @Test
    void aChangeDescribesAllItsActions() {
        Configure change = new Configure(
                Stage.WEB, "apache2", List.of(), List.of(), ServiceAction.START, true, List.of(), Risk.NONE);
        assertThat(change.describe()).isEqualTo("start apache2, start apache2 at boot");
        assertThat(change.command().words()).contains("start").endsWith("enable", "yes");
    }
}
