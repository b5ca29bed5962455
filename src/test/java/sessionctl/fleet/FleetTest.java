package sessionctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;

@Timeout(20)
class FleetTest {
    private final Cluster cluster = Samples.lamps(6);

    private static FakeShells shells() throws IOException {
        return new FakeShells(Answer.named("debian-12-bare"));
    }

    @Test
    void everyDropletIsLookedAtAndOneThatFailsHidesNoOther() throws IOException {
        FakeShells shells = shells().losing("lamp02: open", "no").losing("lamp03: facts", "gone");
        shells.answeringFacts("lamp04", "garbage");
        try (Fleet fleet = new Fleet(shells, 2, Progress.SILENT)) {
            Map<Droplet, Look> looks = fleet.look(cluster.droplets());
            assertThat(looks.keySet()).containsExactlyElementsOf(cluster.droplets());
            assertThat(looks.values())
                    .extracting(l -> l.getClass().getSimpleName())
                    .containsExactly("Seen", "Unreached", "Unreached", "Unreadable", "Seen", "Seen");
        }
    }

    @Test
    void noMoreAreWorkedOnAtOnceThanAllowed() throws IOException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (Fleet fleet = new Fleet(shells(), 2, Progress.SILENT)) {
            fleet.onAll(cluster.droplets(), droplet -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                pause();
                return now.decrementAndGet();
            });
        }
        assertThat(most.get()).isEqualTo(2);
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aConnectionIsKeptForTheWholeRunAndClosedInTheEnd() throws IOException {
        FakeShells shells = shells();
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Progress progress = new Progress() {
            @Override
            public void begin(Droplet droplet, String what) {
                told.add(droplet.name() + " " + what);
            }

            @Override
            public void end(Droplet droplet, String what) {
                told.add(droplet.name() + " " + what);
            }
        };
        Cluster one = Samples.lamps(1);
        try (Fleet fleet = new Fleet(shells, 1, progress)) {
            fleet.look(one.droplets());
            shells.losing("lamp01: open", "it would be opened twice");
            assertThat(fleet.look(one.droplets()).values()).allMatch(l -> l instanceof Look.Seen);
            assertThat(shells.closed).isEmpty();
        }
        assertThat(shells.closed).containsExactly("lamp01");
        assertThat(told)
                .containsExactly("lamp01 connecting", "lamp01 looked at", "lamp01 looking again", "lamp01 looked at");
    }
}
