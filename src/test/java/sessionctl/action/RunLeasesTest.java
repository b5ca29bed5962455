package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;
import sessionctl.report.json.RunJson;

/** The progress of a run that waits for another one. */
@Timeout(20)
class RunLeasesTest {
    private static final String TAKE = "lamp01: lock take";
    private static final String ALICES =
            "2026-01-31T12:03:44Z\tid-a\talice@laptop\troot\t203.0.113.9\tprovision\t0.1.0";

    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void begin(Droplet droplet, String what) {
            steps.add(droplet.name() + " begins " + what);
        }

        @Override
        public void end(Droplet droplet, String what) {
            steps.add(droplet.name() + " ends " + what);
        }

        @Override
        public void fail(Droplet droplet, String what) {
            steps.add(droplet.name() + " fails " + what);
        }
    };

    private void acquire(FakeShells shells, Duration timeout) {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        try (Fleet fleet = new Fleet(shells, 3, progress);
                RunLeases leases = new RunLeases(
                        "provision", fleet, new Console(nowhere, nowhere, new RunJson(), progress), timeout)) {
            leases.acquire(List.of(Samples.lamp01()));
        }
    }

    @Test
    void aDropletThatIsWaitedForIsAStepUnderWay() throws IOException {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare")).printing(TAKE, 7, ALICES);
        shells.watched(entry -> {
            if (entry.equals(TAKE) && !steps.isEmpty()) {
                shells.answeringAsUsual(TAKE);
            }
        });
        acquire(shells, Duration.ofSeconds(15));
        assertThat(steps)
                .containsExactly("lamp01 begins waiting for another run", "lamp01 ends no longer held by another run");
    }

    @Test
    void withoutPatienceNothingIsWaitedFor() throws IOException {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare")).printing(TAKE, 7, ALICES);
        assertThatExceptionOfType(ActionFailure.class).isThrownBy(() -> acquire(shells, Duration.ZERO));
        assertThat(steps).isEmpty();
    }
}
