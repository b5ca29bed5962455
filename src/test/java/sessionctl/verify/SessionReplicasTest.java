package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sessionctl.command.CommandResult;

class SessionReplicasTest {
    private static final Map<String, String> IDS = Map.of("lamp01", "a1", "lamp02", "b2", "lamp03", "c3");
    private static final Map<String, String> ALL = Map.of("a1", "61", "b2", "62", "c3", "63");

    @Test
    void aDashInTheAnswerMeansNoCopy() {
        assertThat(SessionReplicas.read(new CommandResult(0, "a1 76697c\nb2 -\nnonsense\n", "")))
                .isEqualTo(Map.of("a1", "76697c"));
    }

    @Test
    void copiesOnEveryServerGiveNoFinding() {
        SessionReplicas copies = new SessionReplicas(IDS, Map.of("lamp01", ALL, "lamp02", ALL, "lamp03", ALL), 3);
        assertThat(copies.findings()).isEmpty();
        assertThat(copies.compare("lamp01", "lamp03")).isEqualTo("yes");
    }

    @Test
    void aMissingCopyIsReportedForTheDropletWhosePhpWroteTheSession() {
        SessionReplicas copies = new SessionReplicas(
                IDS, Map.of("lamp01", ALL, "lamp02", ALL, "lamp03", Map.of("b2", "62", "c3", "63")), 3);
        assertThat(copies.findings()).hasSize(1);
        assertThat(copies.findings().get(0).droplet()).isEqualTo("lamp01");
        assertThat(copies.findings().get(0).fault()).contains("on 2 of 3 servers, not on lamp03");
        assertThat(copies.findings().get(0).sessions())
                .containsExactly(new SessionFailure("a1", SessionFailure.How.MISSING, List.of("lamp03")));
    }

    @Test
    void aServerWithoutAnyCopyIsReportedOnce() {
        SessionReplicas copies = new SessionReplicas(IDS, Map.of("lamp01", ALL, "lamp02", Map.of(), "lamp03", ALL), 3);
        assertThat(copies.findings()).hasSize(1);
        assertThat(copies.findings().get(0).droplet()).isEqualTo("lamp02");
        assertThat(copies.findings().get(0).sessions())
                .extracting(SessionFailure::id)
                .containsExactlyInAnyOrder("a1", "b2", "c3");
    }

    @Test
    void withFewerCopiesAServerMayHoldNone() {
        Map<String, Map<String, String>> held = Map.of("lamp01", ALL, "lamp02", Map.of(), "lamp03", ALL);
        assertThat(new SessionReplicas(IDS, held, 2).findings()).isEmpty();
        held = Map.of("lamp01", ALL, "lamp02", Map.of(), "lamp03", Map.of("a1", "61", "b2", "62"));
        assertThat(new SessionReplicas(IDS, held, 2).findings()).hasSize(1);
    }

    @Test
    void anOlderCopyIsReported() {
        Map<String, String> older = Map.of("a1", "60", "b2", "62", "c3", "63");
        SessionReplicas copies = new SessionReplicas(IDS, Map.of("lamp01", ALL, "lamp02", ALL, "lamp03", older), 3);
        assertThat(copies.compare("lamp01", "lamp03")).isEqualTo("other");
        assertThat(copies.findings()).hasSize(1);
        assertThat(copies.findings().get(0).sessions())
                .containsExactly(new SessionFailure("a1", SessionFailure.How.OLDER, List.of("lamp03")));
    }

    @Test
    void sessionIdsWithSpacesOrLineBreaksAreNeverSent() {
        assertThat(SessionReplicas.readCommand("10.0.0.1", 11211, List.of("a b", "c\r\nflush_all", "ok-1,2", ""))
                        .input())
                .isEqualTo("ok-1,2\n");
    }
}
