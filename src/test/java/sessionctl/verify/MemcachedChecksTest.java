package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.facts.FactsProbe;

class MemcachedChecksTest {
    @Test
    void aGuardThatTheUnitOnlyMentionsDoesNotProtect() throws Exception {
        Answer answer = Samples.guarded(Answer.named("debian-12-provisioned"), Samples.lamps(1), Samples.lamp01())
                .with("guard", "open 1795502181 100 sessions");
        assertThat(MemcachedChecks.isGuarded(FactsProbe.parse(answer.result()))).isTrue();
        answer.replacing("ExecStartPost=-+/usr/bin/perl /usr", "# ExecStartPost=-+/usr/bin/perl /usr");
        assertThat(MemcachedChecks.isGuarded(FactsProbe.parse(answer.result()))).isFalse();
    }
}
