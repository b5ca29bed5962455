package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sessionctl.facts.FactsProbe;
import sessionctl.guard.GuardProgram;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;
import sessionctl.state.PhpLayout;

class WarmUpCommandTest {
    /** Code that the rehearsal does not reach has to be loaded and linked by every run. */
    @Test
    void theDropletOfTheRehearsalHasAllThatAPlanReads() throws Exception {
        DropletFacts facts = FactsProbe.parse(WarmUpCommand.answer("10.1.1.1"));

        assertThat(facts.state().php()).isEqualTo(new PhpLayout("8.2", false));
        assertThat(facts.canHaveGuard()).isTrue();
        assertThat(facts.memcachedFlags().flags()).isNotEmpty();
        assertThat(facts.state().services().keySet()).contains("apache2", "memcached", "sessionctl-sentinel");
        assertThat(facts.state().files().values()).hasSize(7).allMatch(FileState.Present.class::isInstance);
        assertThat(facts.state().files()).containsKey(GuardProgram.PATH);
        assertThat(facts.firewall()).isNotNull();
        assertThat(facts.input()).isNotNull();
    }
}
